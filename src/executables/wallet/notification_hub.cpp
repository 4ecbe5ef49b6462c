#include <executables/wallet/notification_hub.h>
#include <util/threadnames.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <thread>
#include <utility>

namespace mpbitcoin {
//! A wallet and the thread that hands it one notification at a time.
class NotificationHub::Worker
{
public:
    explicit Worker(std::shared_ptr<Receiver> receiver) :
        m_receiver{std::move(receiver)}, m_thread{[this] { run(); }}
    {
    }

    //! Any thread but the worker's own.
    ~Worker()
    {
        {
            const std::lock_guard lock{m_mutex};
            m_ending = true;
        }
        m_changed.notify_all();
        m_thread.join();
    }

    //! `task` has to live until finish() returns.
    void begin(const Task& task)
    {
        {
            const std::lock_guard lock{m_mutex};
            m_task = &task;
        }
        m_changed.notify_all();
    }

    //! Wait until the task is done; what it threw.
    std::exception_ptr finish()
    {
        std::unique_lock lock{m_mutex};
        m_changed.wait(lock, [this] { return !m_task; });
        return std::exchange(m_error, nullptr);
    }

    void runHere(const Task& task) { task(*m_receiver); }

private:
    void run()
    {
        util::ThreadRename("notify");
        std::unique_lock lock{m_mutex};
        while (true) {
            m_changed.wait(lock, [this] { return m_ending || m_task; });
            if (!m_task) return;
            lock.unlock();
            std::exception_ptr error;
            try {
                (*m_task)(*m_receiver);
            } catch (...) {
                error = std::current_exception();
            }
            lock.lock();
            m_error = std::move(error);
            m_task = nullptr;
            m_changed.notify_all();
        }
    }

    const std::shared_ptr<Receiver> m_receiver;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    const Task* m_task{nullptr};
    std::exception_ptr m_error;
    bool m_ending{false};
    std::thread m_thread;
};

NotificationHub::NotificationHub(std::function<void()> disconnecting) :
    m_disconnecting{std::move(disconnecting)}
{
}

NotificationHub::~NotificationHub() = default;

std::unique_ptr<interfaces::Handler> NotificationHub::add(std::shared_ptr<Receiver> receiver)
{
    auto worker = std::make_shared<Worker>(std::move(receiver));
    {
        const std::lock_guard lock{m_mutex};
        m_workers.push_back(worker);
    }
    return interfaces::MakeCleanupHandler(
        [hub = shared_from_this(), worker = std::move(worker)]() mutable {
            if (worker) hub->remove(std::exchange(worker, nullptr));
        });
}

void NotificationHub::remove(const std::shared_ptr<Worker>& worker)
{
    const std::lock_guard lock{m_mutex};
    m_workers.erase(std::find(m_workers.begin(), m_workers.end(), worker));
}

void NotificationHub::each(const Task& task)
{
    std::vector<std::shared_ptr<Worker>> workers;
    {
        const std::lock_guard lock{m_mutex};
        workers = m_workers;
    }
    if (workers.size() == 1) {
        workers.front()->runHere(task);
        return;
    }
    for (const auto& worker : workers) {
        worker->begin(task);
    }
    std::exception_ptr first;
    for (const auto& worker : workers) {
        auto error{worker->finish()};
        if (!first) first = std::move(error);
    }
    if (first) std::rethrow_exception(first);
}

void NotificationHub::transactionAddedToMempool(const CTransactionRef& tx)
{
    each([&](Receiver& receiver) { receiver.transactionAddedToMempool(tx); });
}

void NotificationHub::transactionRemovedFromMempool(const CTransactionRef& tx,
                                                    MemPoolRemovalReason reason)
{
    each([&](Receiver& receiver) { receiver.transactionRemovedFromMempool(tx, reason); });
}

void NotificationHub::blockConnected(const kernel::ChainstateRole& role,
                                     const interfaces::BlockInfo& block)
{
    each([&](Receiver& receiver) { receiver.blockConnected(role, block); });
}

void NotificationHub::blockDisconnected(const interfaces::BlockInfo& block)
{
    m_disconnecting();
    each([&](Receiver& receiver) { receiver.blockDisconnected(block); });
}

void NotificationHub::updatedBlockTip()
{
    each([](Receiver& receiver) { receiver.updatedBlockTip(); });
}

void NotificationHub::chainStateFlushed(const kernel::ChainstateRole& role,
                                        const CBlockLocator& locator)
{
    each([&](Receiver& receiver) { receiver.chainStateFlushed(role, locator); });
}
} // namespace mpbitcoin
