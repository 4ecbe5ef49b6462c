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
//! Hands the node's notifications to another process on a thread of its own, by a queue. All that
//! waits for that process happens on this thread, or on the one that ends the feed: the other
//! process's own, or the one that cleans up after it.
class NotificationFeed final : public interfaces::Handler
{
public:
    using Notifications = interfaces::Chain::Notifications;

    //! `receiver` is the other process's; `prepare` is called before each notification. Throws
    //! std::runtime_error when there are too many feeds, std::system_error when there is no thread
    //! for this one.
    NotificationFeed(interfaces::Chain& chain,
                     std::shared_ptr<NotificationQueue> queue,
                     std::shared_ptr<Notifications> receiver,
                     std::function<void()> prepare);
    ~NotificationFeed() override { disconnect(); }

    //! A notification that is being handed over is waited for, or the end of the other process.
    void disconnect() override;

private:
    //! One of the feeds that there may be.
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
