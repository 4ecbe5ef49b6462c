#ifndef MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H
#define MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H

#include <interfaces/chain.h>
#include <interfaces/handler.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mpbitcoin {
//! Hands the node's notifications to all wallets of this process: a block comes once for all of
//! them. Each wallet takes them in order on a thread of its own, so that one which waits for its
//! disk or its lock does not hold up the others; one that lags far behind holds up the node's
//! queue. Thread-safe.
class NotificationHub final : public interfaces::Chain::Notifications,
                              public std::enable_shared_from_this<NotificationHub>
{
public:
    using Receiver = interfaces::Chain::Notifications;

    //! `disconnecting` is called before any wallet is told that a block was disconnected.
    explicit NotificationHub(std::function<void()> disconnecting);
    ~NotificationHub() override;

    //! Until the handler disconnects or goes, `receiver` gets all notifications. One that is being
    //! taken is waited for then.
    std::unique_ptr<interfaces::Handler> add(std::shared_ptr<Receiver> receiver);

    //! Wait until all wallets have taken what was handed over before.
    void drain();

    void transactionAddedToMempool(const CTransactionRef& tx) override;
    void transactionRemovedFromMempool(const CTransactionRef& tx,
                                       MemPoolRemovalReason reason) override;
    void blockConnected(const kernel::ChainstateRole& role,
                        const interfaces::BlockInfo& block) override;
    void blockDisconnected(const interfaces::BlockInfo& block) override;
    void updatedBlockTip() override;
    void chainStateFlushed(const kernel::ChainstateRole& role,
                           const CBlockLocator& locator) override;

private:
    class Queue;
    using Task = std::function<void(Receiver&)>;

    //! Queue a task for all wallets. `bytes` is what it takes while it waits.
    void each(size_t bytes, Task task);
    void remove(const std::shared_ptr<Queue>& queue);
    std::vector<std::shared_ptr<Queue>> queues();

    const std::function<void()> m_disconnecting;
    std::mutex m_mutex;
    std::vector<std::shared_ptr<Queue>> m_queues;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H
