#ifndef MPBITCOIN_EXECUTABLES_COMMON_QUEUED_NOTIFICATIONS_H
#define MPBITCOIN_EXECUTABLES_COMMON_QUEUED_NOTIFICATIONS_H

#include <interfaces/chain.h>

#include <chrono>
#include <cstddef>
#include <functional>

namespace mpbitcoin {
//! How long a command of a wallet process waits for earlier notifications. Most commands wait for
//! the chain anyway; this is for the others, and for transactions. While a wallet is busy for
//! longer, for instance when it is encrypted, its process answers without that wallet's
//! notifications.
constexpr std::chrono::seconds NOTIFICATION_PATIENCE{1};

//! Turns the node's notifications into functions that deliver them later. The functions own all
//! that they need and may be called repeatedly.
class QueuedNotifications : public interfaces::Chain::Notifications
{
public:
    using Notifications = interfaces::Chain::Notifications;
    using Deliver = std::function<void(Notifications&)>;

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
    //! `bytes` is the memory of the waiting notification.
    virtual void add(size_t bytes, Deliver deliver) = 0;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_QUEUED_NOTIFICATIONS_H
