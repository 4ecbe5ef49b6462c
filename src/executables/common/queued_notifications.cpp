#include <core_memusage.h>
#include <executables/common/owned_block.h>
#include <executables/common/queued_notifications.h>
#include <kernel/types.h>

#include <memory>
#include <utility>

namespace mpbitcoin {
namespace {
//! Memory of a notification besides its block or transaction.
constexpr size_t BYTES{512};
} // namespace

void QueuedNotifications::transactionAddedToMempool(const CTransactionRef& tx)
{
    add(BYTES + RecursiveDynamicUsage(*tx),
        [tx](Notifications& receiver) { receiver.transactionAddedToMempool(tx); });
}

void QueuedNotifications::transactionRemovedFromMempool(const CTransactionRef& tx,
                                                        MemPoolRemovalReason reason)
{
    add(BYTES + RecursiveDynamicUsage(*tx), [tx, reason](Notifications& receiver) {
        receiver.transactionRemovedFromMempool(tx, reason);
    });
}

void QueuedNotifications::blockConnected(const kernel::ChainstateRole& role,
                                         const interfaces::BlockInfo& block)
{
    const auto owned = std::make_shared<const OwnedBlock>(block);
    add(BYTES + owned->bytes(),
        [role, owned](Notifications& receiver) { receiver.blockConnected(role, owned->info); });
}

void QueuedNotifications::blockDisconnected(const interfaces::BlockInfo& block)
{
    const auto owned = std::make_shared<const OwnedBlock>(block);
    add(BYTES + owned->bytes(),
        [owned](Notifications& receiver) { receiver.blockDisconnected(owned->info); });
}

void QueuedNotifications::updatedBlockTip()
{
    add(BYTES, [](Notifications& receiver) { receiver.updatedBlockTip(); });
}

void QueuedNotifications::chainStateFlushed(const kernel::ChainstateRole& role,
                                            const CBlockLocator& locator)
{
    add(BYTES,
        [role, locator](Notifications& receiver) { receiver.chainStateFlushed(role, locator); });
}
} // namespace mpbitcoin
