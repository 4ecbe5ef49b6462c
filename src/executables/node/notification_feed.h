#ifndef MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_FEED_H
#define MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_FEED_H

#include <executables/node/notification_queue.h>
#include <interfaces/chain.h>
#include <interfaces/handler.h>

#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace mpbitcoin {
//! Delivers the node's notifications to another process from a queue, on a separate thread. Only
//! this thread waits for that process, or the thread that ends the feed: a thread of the other
//! process, or the clean-up thread.
class NotificationFeed final : public interfaces::Handler
{
public:
    using Notifications = interfaces::Chain::Notifications;

    //! `receiver` belongs to the other process. `prepare` is called before each notification.
    //! Throws std::runtime_error when there are too many feeds, and std::system_error when it
    //! cannot start its thread.
    NotificationFeed(interfaces::Chain& chain,
                     std::shared_ptr<NotificationQueue> queue,
                     std::shared_ptr<Notifications> receiver,
                     std::function<void()> prepare);
    ~NotificationFeed() override { disconnect(); }

    //! Waits until a running delivery is finished, or the other process has ended.
    void disconnect() override;

private:
    //! Counts as one of the MAX_FEEDS feeds.
    struct Place
    {
        Place();
        ~Place();
    };

    const Place m_place;
    const std::shared_ptr<NotificationQueue> m_queue;
    std::once_flag m_ended;
    std::thread m_thread;
    std::unique_ptr<interfaces::Handler> m_registered;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_FEED_H
