#ifndef MPBITCOIN_OS_BOUNDED_QUEUE_H
#define MPBITCOIN_OS_BOUNDED_QUEUE_H

#include <os/mutex.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace mpbitcoin {
//! Items that wait for one thread, in order, up to a limit of memory. Thread-safe.
template <typename Item>
class BoundedQueue
{
public:
    explicit BoundedQueue(size_t limit) : m_limit{limit} {}

    //! Add an item that uses `bytes` of memory while it waits. Returns false, and adds nothing,
    //! when the queue would exceed its limit.
    bool tryAdd(Item item, size_t bytes)
    {
        const Lock lock{m_mutex};
        if (m_over) return true;
        if (m_bytes + bytes > m_limit) return false;
        push(std::move(item), bytes);
        return true;
    }

    //! Add an item; wait while the queue is full. An item may be larger than the limit.
    void add(Item item, size_t bytes)
    {
        const Lock lock{m_mutex};
        while (!m_over && m_bytes >= m_limit) {
            m_changed.wait(m_mutex);
        }
        if (!m_over) push(std::move(item), bytes);
    }

    //! Call `take` for each item until end() is called. One thread calls this.
    template <typename Take>
    void run(const Take& take)
    {
        const Lock lock{m_mutex};
        while (true) {
            while (!m_over && m_entries.empty()) {
                m_changed.wait(m_mutex);
            }
            if (m_over) return;
            const Entry entry{std::move(m_entries.front())};
            m_entries.pop_front();
            {
                const Unlock unlock{m_mutex};
                take(entry.item);
            }
            m_bytes -= entry.bytes;
            ++m_taken;
            m_changed.notifyAll();
        }
    }

    //! Drop all items, now and later.
    void end()
    {
        std::deque<Entry> dropped; // destroyed after the lock is released
        const Lock lock{m_mutex};
        m_over = true;
        m_entries.swap(dropped);
        m_changed.notifyAll();
    }

    //! Wait until all earlier items are taken or dropped.
    void drain()
    {
        const Lock lock{m_mutex};
        const uint64_t wanted{m_added};
        while (!m_over && m_taken < wanted) {
            m_changed.wait(m_mutex);
        }
    }

    //! The same, but no longer than until then.
    void drainUntil(std::chrono::steady_clock::time_point time)
    {
        const Lock lock{m_mutex};
        const uint64_t wanted{m_added};
        while (!m_over && m_taken < wanted) {
            if (!m_changed.waitUntil(m_mutex, time)) return;
        }
    }

    //! Whether drain() would return at once.
    bool idle()
    {
        const Lock lock{m_mutex};
        return m_over || m_taken == m_added;
    }

private:
    struct Entry
    {
        Item item;
        size_t bytes;
    };

    void push(Item item, size_t bytes) OS_REQUIRES(m_mutex)
    {
        m_entries.push_back({std::move(item), bytes});
        m_bytes += bytes;
        ++m_added;
        m_changed.notifyAll();
    }

    const size_t m_limit;
    Mutex m_mutex;
    Condition m_changed;
    std::deque<Entry> m_entries OS_GUARDED_BY(m_mutex);
    size_t m_bytes OS_GUARDED_BY(m_mutex){0};
    uint64_t m_added OS_GUARDED_BY(m_mutex){0};
    uint64_t m_taken OS_GUARDED_BY(m_mutex){0};
    bool m_over OS_GUARDED_BY(m_mutex){false};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_BOUNDED_QUEUE_H
