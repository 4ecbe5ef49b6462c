#ifndef MPBITCOIN_OS_MUTEX_H
#define MPBITCOIN_OS_MUTEX_H

#include <chrono>
#include <condition_variable>
#include <mutex>

// Clang checks these annotations (see docs/processes.md). Other compilers ignore them.
#if defined(__clang__)
#define OS_THREAD_SAFETY(...) __attribute__((__VA_ARGS__))
#else
#define OS_THREAD_SAFETY(...)
#endif

//! A member that threads access only while they hold the mutex.
#define OS_GUARDED_BY(mutex) OS_THREAD_SAFETY(guarded_by(mutex))
//! A function whose caller holds the mutexes.
#define OS_REQUIRES(...) OS_THREAD_SAFETY(requires_capability(__VA_ARGS__))
//! A function that takes the mutexes, or waits for a thread that takes them.
#define OS_EXCLUDES(...) OS_THREAD_SAFETY(locks_excluded(__VA_ARGS__))
//! A mutex that a thread takes while it holds the others, never the other way round.
#define OS_ACQUIRED_AFTER(...) OS_THREAD_SAFETY(acquired_after(__VA_ARGS__))
//! Turns the check off for a function that Clang can't follow. Each use gives its reason.
#define OS_UNCHECKED OS_THREAD_SAFETY(no_thread_safety_analysis)

namespace mpbitcoin {
//! A mutex whose use Clang checks.
class OS_THREAD_SAFETY(capability("mutex")) Mutex
{
public:
    void lock() OS_THREAD_SAFETY(acquire_capability()) { m_mutex.lock(); }
    void unlock() OS_THREAD_SAFETY(release_capability()) { m_mutex.unlock(); }

private:
    friend class Condition;

    std::mutex m_mutex;
};

//! Holds a mutex while it lives.
class OS_THREAD_SAFETY(scoped_lockable) Lock
{
public:
    explicit Lock(Mutex& mutex) OS_THREAD_SAFETY(acquire_capability(mutex)) : m_mutex{mutex}
    {
        m_mutex.lock();
    }
    ~Lock() OS_THREAD_SAFETY(release_capability()) { m_mutex.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    Mutex& m_mutex;
};

//! Releases a held mutex while it lives.
class OS_THREAD_SAFETY(scoped_lockable) Unlock
{
public:
    explicit Unlock(Mutex& mutex) OS_THREAD_SAFETY(release_capability(mutex)) : m_mutex{mutex}
    {
        m_mutex.unlock();
    }
    ~Unlock() OS_THREAD_SAFETY(release_capability()) { m_mutex.lock(); }
    Unlock(const Unlock&) = delete;
    Unlock& operator=(const Unlock&) = delete;

private:
    Mutex& m_mutex;
};

//! Waits for another thread to change what a mutex guards. A wait may end without a reason: call it
//! in a loop that checks.
class Condition
{
public:
    void wait(Mutex& mutex) OS_REQUIRES(mutex)
    {
        std::unique_lock lock{mutex.m_mutex, std::adopt_lock};
        m_condition.wait(lock);
        lock.release();
    }
    //! Returns false after the timeout.
    template <typename Clock, typename Duration>
    bool waitUntil(Mutex& mutex, const std::chrono::time_point<Clock, Duration>& time)
        OS_REQUIRES(mutex)
    {
        std::unique_lock lock{mutex.m_mutex, std::adopt_lock};
        const bool in_time{m_condition.wait_until(lock, time) == std::cv_status::no_timeout};
        lock.release();
        return in_time;
    }
    void notifyOne() { m_condition.notify_one(); }
    void notifyAll() { m_condition.notify_all(); }

private:
    std::condition_variable m_condition;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_MUTEX_H
