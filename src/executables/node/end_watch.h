#ifndef MPBITCOIN_EXECUTABLES_NODE_END_WATCH_H
#define MPBITCOIN_EXECUTABLES_NODE_END_WATCH_H

#include <os/mutex.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <thread>

namespace mpbitcoin {
//! Sees that another process that does not answer holds up the end of this one for a limited time.
//! Thread-safe.
class EndWatch
{
public:
    //! Both functions are called on a thread of this object. `ending`: whether this process ends.
    //! `give_up`: makes the waits end. It is called when one of them takes too long.
    EndWatch(std::function<bool()> ending, std::function<void()> give_up);
    //! No wait may be left.
    ~EndWatch();
    EndWatch(const EndWatch&) = delete;
    EndWatch& operator=(const EndWatch&) = delete;

    //! A thread waits for the other process as long as the result lives.
    std::shared_ptr<void> waiting();

private:
    using Clock = std::chrono::steady_clock;
    void run();
    //! Releases the lock during the call.
    void giveUp() OS_REQUIRES(m_mutex);
    //! Whether a wait has taken too long, counted from when this process began to end.
    bool exhausted() const OS_REQUIRES(m_mutex);

    const std::function<bool()> m_ending;
    const std::function<void()> m_give_up;
    Mutex m_mutex;
    Condition m_changed;
    //! When each wait began, the oldest first.
    std::list<Clock::time_point> m_waits OS_GUARDED_BY(m_mutex);
    //! Since when this process ends, or the waits were made to end.
    Clock::time_point m_since OS_GUARDED_BY(m_mutex){Clock::time_point::max()};
    bool m_over OS_GUARDED_BY(m_mutex){false};
    std::thread m_thread;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_END_WATCH_H
