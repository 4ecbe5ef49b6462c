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
#include <vector>

namespace mpbitcoin {
//! Notifications on their way to another process. The node's threads only queue them and never wait
//! for that process, not even when this is destroyed. When it does not take them, they are kept up
//! to a limit of memory. A process that exceeds it, or fails to take one, is given up. Thread-safe.
class NotificationQueue final : public interfaces::Chain::Notifications
{
public:
    using Notifications = interfaces::Chain::Notifications;

    //! `give_up` must not wait. It is called when the limit is reached, on a thread of the node's
    //! validation, or when a notification can't be delivered, on the thread of run(). It may be
    //! called twice.
    explicit NotificationQueue(std::function<void()> give_up) : m_give_up{std::move(give_up)} {}

    void transactionAddedToMempool(const CTransactionRef& tx) override;
    void transactionRemovedFromMempool(const CTransactionRef& tx,
                                       MemPoolRemovalReason reason) override;
    void blockConnected(const kernel::ChainstateRole& role,
                        const interfaces::BlockInfo& block) override;
    void blockDisconnected(const interfaces::BlockInfo& block) override;
    void updatedBlockTip() override;
    void chainStateFlushed(const kernel::ChainstateRole& role,
                           const CBlockLocator& locator) override;

    using Deliver = std::function<void(Notifications&)>;

    //! Call `take` for each notification, in order, until end() is called or it throws
    //! ipc::Exception. One thread.
    void run(const std::function<void(const Deliver&)>& take);
    //! Drop what is queued, now and later.
    void end();

    //! Wait until all that was queued before is taken, or dropped.
    void drain();
    //! Whether all that was queued is taken.
    bool idle();

private:
    struct Entry
    {
        Deliver deliver;
        size_t bytes;
    };
    void add(size_t bytes, Deliver deliver);

    const std::function<void()> m_give_up;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Entry> m_entries;
    size_t m_bytes{0};
    uint64_t m_queued{0};
    uint64_t m_taken{0};
    bool m_over{false};
};

//! The queues of one process. Thread-safe.
class NotificationQueues
{
public:
    void add(const std::shared_ptr<NotificationQueue>& queue);
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
