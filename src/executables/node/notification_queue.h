#ifndef MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_QUEUE_H
#define MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_QUEUE_H

#include <executables/common/queued_notifications.h>
#include <os/bounded_queue.h>
#include <os/mutex.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace mpbitcoin {
//! Notifications for another process. The node's threads only queue them and never wait for that
//! process, not even in the destructor. Notifications wait up to a limit of memory. A process that
//! exceeds the limit, or fails to receive one, is given up. Thread-safe.
class NotificationQueue final : public QueuedNotifications
{
public:
    //! `give_up` must not wait. Called on a thread of the node's validation when the limit is
    //! reached, or on the thread of run() when a notification can't be delivered. May be called
    //! twice.
    explicit NotificationQueue(std::function<void()> give_up);

    //! Call `take` for each notification, in order, until end() is called or `take` throws
    //! ipc::Exception. One thread calls this.
    void run(const std::function<void(const Deliver&)>& take);
    //! Drop all notifications, now and later.
    void end() { m_queue.end(); }

    //! Wait until all earlier notifications are received or dropped.
    void drain() { m_queue.drain(); }
    //! The same, but no longer than until then.
    void drainUntil(std::chrono::steady_clock::time_point time) { m_queue.drainUntil(time); }
    //! Whether all notifications are received or dropped.
    bool idle() { return m_queue.idle(); }

private:
    void add(size_t bytes, Deliver deliver) override;

    const std::function<void()> m_give_up;
    BoundedQueue<Deliver> m_queue;
};

//! The queues of one process. Thread-safe.
class NotificationQueues
{
public:
    void add(const std::shared_ptr<NotificationQueue>& queue);
    //! Wait until the process has received all earlier notifications.
    void drain();
    //! The same, but no longer than until then.
    void drainUntil(std::chrono::steady_clock::time_point time);
    //! Whether the process has received all notifications.
    bool idle();

private:
    std::vector<std::shared_ptr<NotificationQueue>> all();

    Mutex m_mutex;
    std::list<std::weak_ptr<NotificationQueue>> m_queues OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_NOTIFICATION_QUEUE_H
