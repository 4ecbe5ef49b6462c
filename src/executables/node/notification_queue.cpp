#include <core_memusage.h>
#include <executables/common/owned_block.h>
#include <executables/node/notification_queue.h>
#include <ipc/exception.h>
#include <kernel/types.h>
#include <logging.h>

#include <algorithm>
#include <utility>

namespace mpbitcoin {
namespace {
//! Memory that notifications may take while the other process does not take them.
constexpr size_t MAX_BYTES{256 << 20};
//! What an entry costs beside its block or transaction.
constexpr size_t ENTRY_BYTES{512};
} // namespace

void NotificationQueue::transactionAddedToMempool(const CTransactionRef& tx)
{
    add(ENTRY_BYTES + RecursiveDynamicUsage(*tx),
        [tx](Notifications& receiver) { receiver.transactionAddedToMempool(tx); });
}

void NotificationQueue::transactionRemovedFromMempool(const CTransactionRef& tx,
                                                      MemPoolRemovalReason reason)
{
    add(ENTRY_BYTES + RecursiveDynamicUsage(*tx), [tx, reason](Notifications& receiver) {
        receiver.transactionRemovedFromMempool(tx, reason);
    });
}

void NotificationQueue::blockConnected(const kernel::ChainstateRole& role,
                                       const interfaces::BlockInfo& block)
{
    const auto owned = std::make_shared<const OwnedBlock>(block);
    add(owned->bytes(),
        [role, owned](Notifications& receiver) { receiver.blockConnected(role, owned->info); });
}

void NotificationQueue::blockDisconnected(const interfaces::BlockInfo& block)
{
    const auto owned = std::make_shared<const OwnedBlock>(block);
    add(owned->bytes(),
        [owned](Notifications& receiver) { receiver.blockDisconnected(owned->info); });
}

void NotificationQueue::updatedBlockTip()
{
    add(ENTRY_BYTES, [](Notifications& receiver) { receiver.updatedBlockTip(); });
}

void NotificationQueue::chainStateFlushed(const kernel::ChainstateRole& role,
                                          const CBlockLocator& locator)
{
    add(ENTRY_BYTES,
        [role, locator](Notifications& receiver) { receiver.chainStateFlushed(role, locator); });
}

void NotificationQueue::add(size_t bytes, Deliver deliver)
{
    {
        const std::lock_guard lock{m_mutex};
        if (m_over) return;
        if (m_bytes + bytes <= MAX_BYTES) {
            m_entries.push_back({std::move(deliver), bytes});
            m_bytes += bytes;
            ++m_queued;
            m_changed.notify_all();
            return;
        }
    }
    LogError("A client has left %u MiB of notifications waiting and is disconnected",
             MAX_BYTES >> 20);
    end();
    m_give_up();
}

void NotificationQueue::end()
{
    std::deque<Entry> dropped; // goes after the lock
    const std::lock_guard lock{m_mutex};
    m_over = true;
    m_entries.swap(dropped);
    m_changed.notify_all();
}

void NotificationQueue::drain()
{
    std::unique_lock lock{m_mutex};
    const uint64_t wanted{m_queued};
    m_changed.wait(lock, [&] { return m_over || m_taken >= wanted; });
}

bool NotificationQueue::idle()
{
    const std::lock_guard lock{m_mutex};
    return m_taken == m_queued;
}

void NotificationQueue::run(const std::function<void(const Deliver&)>& take)
{
    std::unique_lock lock{m_mutex};
    while (true) {
        m_changed.wait(lock, [this] { return m_over || !m_entries.empty(); });
        if (m_over) return;
        const Entry entry{std::move(m_entries.front())};
        m_entries.pop_front();
        lock.unlock();
        bool gone{false};
        try {
            take(entry.deliver);
        } catch (const ipc::Exception&) {
            gone = true;
        }
        if (gone) {
            // It must not go on with a gap, whether it has ended or failed.
            end();
            m_give_up();
        }
        lock.lock();
        m_bytes -= entry.bytes;
        ++m_taken;
        m_changed.notify_all();
    }
}

void NotificationQueues::add(const std::shared_ptr<NotificationQueue>& queue)
{
    const std::lock_guard lock{m_mutex};
    m_queues.remove_if([](const auto& known) { return known.expired(); });
    m_queues.push_back(queue);
}

void NotificationQueues::drain()
{
    for (const auto& queue : all()) {
        queue->drain();
    }
}

bool NotificationQueues::idle()
{
    const auto queues{all()};
    return std::all_of(queues.begin(), queues.end(),
                       [](const auto& queue) { return queue->idle(); });
}

std::vector<std::shared_ptr<NotificationQueue>> NotificationQueues::all()
{
    std::vector<std::shared_ptr<NotificationQueue>> found;
    const std::lock_guard lock{m_mutex};
    for (const auto& known : m_queues) {
        if (auto queue{known.lock()}) found.push_back(std::move(queue));
    }
    return found;
}
} // namespace mpbitcoin
