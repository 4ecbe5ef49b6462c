#include <executables/wallet/notification_hub.h>
#include <primitives/block.h>

#include <algorithm>
#include <utility>

namespace mpbitcoin {
std::unique_ptr<interfaces::Handler> NotificationHub::add(std::shared_ptr<Receiver> receiver)
{
    {
        const std::lock_guard lock{m_mutex};
        m_receivers.push_back(receiver);
    }
    return interfaces::MakeCleanupHandler(
        [hub = shared_from_this(), receiver = std::move(receiver)]() mutable {
            if (receiver) hub->remove(std::exchange(receiver, nullptr));
        });
}

void NotificationHub::remove(const std::shared_ptr<Receiver>& receiver)
{
    const std::lock_guard lock{m_mutex};
    m_receivers.erase(std::find(m_receivers.begin(), m_receivers.end(), receiver));
}

std::vector<std::shared_ptr<NotificationHub::Receiver>> NotificationHub::receivers()
{
    const std::lock_guard lock{m_mutex};
    return m_receivers;
}

void NotificationHub::transactionAddedToMempool(const CTransactionRef& tx)
{
    for (const auto& receiver : receivers()) {
        receiver->transactionAddedToMempool(tx);
    }
}

void NotificationHub::transactionRemovedFromMempool(const CTransactionRef& tx,
                                                    MemPoolRemovalReason reason)
{
    for (const auto& receiver : receivers()) {
        receiver->transactionRemovedFromMempool(tx, reason);
    }
}

void NotificationHub::blockConnected(const kernel::ChainstateRole& role,
                                     const interfaces::BlockInfo& block)
{
    for (const auto& receiver : receivers()) {
        receiver->blockConnected(role, block);
    }
}

void NotificationHub::blockDisconnected(const interfaces::BlockInfo& block)
{
    m_disconnecting();
    for (const auto& receiver : receivers()) {
        receiver->blockDisconnected(block);
    }
}

void NotificationHub::updatedBlockTip()
{
    for (const auto& receiver : receivers()) {
        receiver->updatedBlockTip();
    }
}

void NotificationHub::chainStateFlushed(const kernel::ChainstateRole& role,
                                        const CBlockLocator& locator)
{
    for (const auto& receiver : receivers()) {
        receiver->chainStateFlushed(role, locator);
    }
}
} // namespace mpbitcoin
