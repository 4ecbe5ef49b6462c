#include <core_memusage.h>
#include <executables/common/owned_block.h>
#include <executables/wallet/notification_hub.h>
#include <ipc/exception.h>
#include <kernel/types.h>
#include <logging.h>
#include <util/threadnames.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <thread>
#include <utility>

namespace mpbitcoin {
namespace {
//! Memory that the tasks of one wallet may take; a block is shared by all wallets.
constexpr size_t MAX_BYTES{32 << 20};
//! What a task costs beside its block or transaction.
constexpr size_t TASK_BYTES{256};
} // namespace

//! A wallet, what it has yet to take, and the thread that hands it over.
class NotificationHub::Queue
{
public:
    using SharedTask = std::shared_ptr<const Task>;

    explicit Queue(std::shared_ptr<Receiver> receiver) :
        m_receiver{std::move(receiver)}, m_thread{[this] { run(); }}
    {
    }

    //! Any thread but the queue's own. What is left is dropped.
    ~Queue()
    {
        {
            const std::lock_guard lock{m_mutex};
            m_over = true;
        }
        m_changed.notify_all();
        m_thread.join();
    }

    //! Waits while the queue is full.
    void add(SharedTask task, size_t bytes)
    {
        {
            std::unique_lock lock{m_mutex};
            m_changed.wait(lock, [this] { return m_bytes < MAX_BYTES; });
            m_tasks.emplace_back(std::move(task), bytes);
            m_bytes += bytes;
            ++m_queued;
        }
        m_changed.notify_all();
    }

    void drain()
    {
        std::unique_lock lock{m_mutex};
        const uint64_t wanted{m_queued};
        m_changed.wait(lock, [&] { return m_taken >= wanted; });
    }

private:
    void run()
    {
        util::ThreadRename("notify");
        std::unique_lock lock{m_mutex};
        while (true) {
            m_changed.wait(lock, [this] { return m_over || !m_tasks.empty(); });
            if (m_over) break;
            const auto [task, bytes]{std::move(m_tasks.front())};
            m_tasks.pop_front();
            lock.unlock();
            try {
                (*task)(*m_receiver);
            } catch (const ipc::Exception& error) {
                LogDebug(BCLog::IPC, "A notification came as the node went: %s", error.what());
            }
            lock.lock();
            m_bytes -= bytes;
            ++m_taken;
            m_changed.notify_all();
        }
        m_bytes = 0;
        m_taken = m_queued;
        m_changed.notify_all();
    }

    const std::shared_ptr<Receiver> m_receiver;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::pair<SharedTask, size_t>> m_tasks;
    size_t m_bytes{0};
    uint64_t m_queued{0};
    uint64_t m_taken{0};
    bool m_over{false};
    std::thread m_thread;
};

NotificationHub::NotificationHub(std::function<void()> disconnecting) :
    m_disconnecting{std::move(disconnecting)}
{
}

NotificationHub::~NotificationHub() = default;

std::unique_ptr<interfaces::Handler> NotificationHub::add(std::shared_ptr<Receiver> receiver)
{
    auto queue = std::make_shared<Queue>(std::move(receiver));
    {
        const std::lock_guard lock{m_mutex};
        m_queues.push_back(queue);
    }
    return interfaces::MakeCleanupHandler(
        [hub = shared_from_this(), queue = std::move(queue)]() mutable {
            if (queue) hub->remove(std::exchange(queue, nullptr));
        });
}

void NotificationHub::remove(const std::shared_ptr<Queue>& queue)
{
    const std::lock_guard lock{m_mutex};
    m_queues.erase(std::find(m_queues.begin(), m_queues.end(), queue));
}

std::vector<std::shared_ptr<NotificationHub::Queue>> NotificationHub::queues()
{
    const std::lock_guard lock{m_mutex};
    return m_queues;
}

void NotificationHub::drain()
{
    for (const auto& queue : queues()) {
        queue->drain();
    }
}

void NotificationHub::each(size_t bytes, Task task)
{
    const auto shared = std::make_shared<const Task>(std::move(task));
    for (const auto& queue : queues()) {
        queue->add(shared, TASK_BYTES + bytes);
    }
}

void NotificationHub::transactionAddedToMempool(const CTransactionRef& tx)
{
    each(RecursiveDynamicUsage(*tx),
         [tx](Receiver& receiver) { receiver.transactionAddedToMempool(tx); });
}

void NotificationHub::transactionRemovedFromMempool(const CTransactionRef& tx,
                                                    MemPoolRemovalReason reason)
{
    each(RecursiveDynamicUsage(*tx),
         [tx, reason](Receiver& receiver) { receiver.transactionRemovedFromMempool(tx, reason); });
}

void NotificationHub::blockConnected(const kernel::ChainstateRole& role,
                                     const interfaces::BlockInfo& block)
{
    const auto owned = std::make_shared<const OwnedBlock>(block);
    each(owned->bytes(),
         [role, owned](Receiver& receiver) { receiver.blockConnected(role, owned->info); });
}

void NotificationHub::blockDisconnected(const interfaces::BlockInfo& block)
{
    m_disconnecting();
    const auto owned = std::make_shared<const OwnedBlock>(block);
    each(owned->bytes(), [owned](Receiver& receiver) { receiver.blockDisconnected(owned->info); });
}

void NotificationHub::updatedBlockTip()
{
    each(0, [](Receiver& receiver) { receiver.updatedBlockTip(); });
}

void NotificationHub::chainStateFlushed(const kernel::ChainstateRole& role,
                                        const CBlockLocator& locator)
{
    each(0, [role, locator](Receiver& receiver) { receiver.chainStateFlushed(role, locator); });
}
} // namespace mpbitcoin
