#ifndef MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H
#define MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H

#include <executables/common/queued_notifications.h>
#include <interfaces/handler.h>
#include <os/mutex.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace mpbitcoin {
//! Delivers the node's notifications to all wallets of this process: the process receives a block
//! once for all of them. Each wallet gets them in order on a separate thread, so that a wallet that
//! waits for its disk or its lock does not delay the others. A wallet that lags far behind blocks
//! the node's queue. Thread-safe.
class NotificationHub final : public QueuedNotifications,
                              public std::enable_shared_from_this<NotificationHub>
{
public:
    //! `disconnecting` is called before any wallet learns that a block was disconnected.
    explicit NotificationHub(std::function<void()> disconnecting);
    ~NotificationHub() override;

    //! Deliver all notifications to `receiver`, until the handler disconnects or is destroyed. Both
    //! wait for a running delivery.
    std::unique_ptr<interfaces::Handler> add(std::shared_ptr<Notifications> receiver);

    //! Wait until all wallets have received all earlier notifications.
    void drain();
    //! The same, but no longer than until then.
    void drainUntil(std::chrono::steady_clock::time_point time);

    void blockDisconnected(const interfaces::BlockInfo& block) override;

private:
    class Queue;

    //! Queue a notification for all wallets.
    void add(size_t bytes, Deliver deliver) override;
    void remove(const std::shared_ptr<Queue>& queue);
    std::vector<std::shared_ptr<Queue>> queues();

    const std::function<void()> m_disconnecting;
    Mutex m_mutex;
    std::vector<std::shared_ptr<Queue>> m_queues OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H
