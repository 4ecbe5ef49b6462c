#ifndef MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H
#define MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H

#include <executables/common/queued_notifications.h>
#include <interfaces/handler.h>
#include <os/mutex.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace mpbitcoin {
//! Hands the node's notifications to all wallets of this process: a block comes once for all of
//! them. Each wallet takes them in order on a thread of its own, so that one which waits for its
//! disk or its lock does not hold up the others; one that lags far behind holds up the node's
//! queue. Thread-safe.
class NotificationHub final : public QueuedNotifications,
                              public std::enable_shared_from_this<NotificationHub>
{
public:
    //! `disconnecting` is called before any wallet is told that a block was disconnected.
    explicit NotificationHub(std::function<void()> disconnecting);
    ~NotificationHub() override;

    //! Until the handler disconnects or goes, `receiver` gets all notifications. One that is being
    //! taken is waited for then.
    std::unique_ptr<interfaces::Handler> add(std::shared_ptr<Notifications> receiver);

    //! Wait until all wallets have taken what was handed over before.
    void drain();

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
