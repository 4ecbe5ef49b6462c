#ifndef MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_QUEUE_H
#define MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_QUEUE_H

#include <interfaces/chain.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mpbitcoin {
//! Hands notifications to another process, in order, on a thread of its own. The node's validation
//! never waits for that process. When it is gone, notifications are dropped; when it does not take
//! them, they are kept up to a limit of memory and then it is given up.
class NotificationQueue final : public interfaces::Chain::Notifications
{
public:
    using Notifications = interfaces::Chain::Notifications;

    explicit NotificationQueue(std::shared_ptr<Notifications> receiver);
    //! Ends the thread; a notification being handed over is waited for.
    ~NotificationQueue() override;

    void transactionAddedToMempool(const CTransactionRef& tx) override;
    void transactionRemovedFromMempool(const CTransactionRef& tx,
                                       MemPoolRemovalReason reason) override;
    void blockConnected(const kernel::ChainstateRole& role,
                        const interfaces::BlockInfo& block) override;
    void blockDisconnected(const interfaces::BlockInfo& block) override;
    void updatedBlockTip() override;
    void chainStateFlushed(const kernel::ChainstateRole& role,
                           const CBlockLocator& locator) override;

    //! Wait until all that was queued before is taken, or the receiver is gone.
    void drain();
    //! Whether all that was queued is taken.
    bool idle();

private:
    struct Entry
    {
        std::function<void(Notifications&)> deliver;
        size_t bytes;
    };
    void add(size_t bytes, std::function<void(Notifications&)> deliver);
    void run();

    std::shared_ptr<Notifications> m_receiver;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Entry> m_entries;
    size_t m_bytes{0};
    uint64_t m_queued{0};
    uint64_t m_taken{0};
    bool m_over{false};
    std::thread m_thread;
};

//! The queues of one process. Thread-safe.
class NotificationQueues
{
public:
    std::shared_ptr<NotificationQueue> add(std::shared_ptr<NotificationQueue::Notifications> to);
    //! Wait until the process has taken all that was queued so far.
    void drain();
    //! Whether the process has taken all that was queued.
    bool idle();

private:
    std::vector<std::shared_ptr<NotificationQueue>> all();

    std::mutex m_mutex;
    std::list<std::weak_ptr<NotificationQueue>> m_queues;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_QUEUE_H
