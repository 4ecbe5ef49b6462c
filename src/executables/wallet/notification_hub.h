#ifndef MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H
#define MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H

#include <interfaces/chain.h>
#include <interfaces/handler.h>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace mpbitcoin {
//! Hands the node's notifications to all wallets of this process: a block comes once for all of
//! them. All wallets have taken one before the next one is handed over. They take it side by side,
//! each on a thread of its own, because each waits for its disk. Thread-safe.
class NotificationHub final : public interfaces::Chain::Notifications,
                              public std::enable_shared_from_this<NotificationHub>
{
public:
    using Receiver = interfaces::Chain::Notifications;

    //! `disconnecting` is called before any wallet is told that a block was disconnected.
    explicit NotificationHub(std::function<void()> disconnecting);
    ~NotificationHub() override;

    //! Until the handler disconnects or goes, `receiver` gets all notifications. One that is being
    //! handed over may still reach it then.
    std::unique_ptr<interfaces::Handler> add(std::shared_ptr<Receiver> receiver);

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
    class Worker;
    using Task = std::function<void(Receiver&)>;

    //! Returns when all wallets have done it. Throws what the first one of them threw.
    void each(const Task& task);
    void remove(const std::shared_ptr<Worker>& worker);

    const std::function<void()> m_disconnecting;
    std::mutex m_mutex;
    std::vector<std::shared_ptr<Worker>> m_workers;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_NOTIFICATION_HUB_H
