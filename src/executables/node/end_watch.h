#ifndef MPBITCOIN_EXECUTABLES_NODE_END_WATCH_H
#define MPBITCOIN_EXECUTABLES_NODE_END_WATCH_H

#include <os/mutex.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <thread>

namespace mpbitcoin {
//! Limits the time for which another process that does not answer can delay the end of this
//! process. Thread-safe.
class EndWatch
{
public:
    //! Both functions run on a thread of this object. `ending` returns whether this process is
    //! ending. `give_up` makes all waits end; it is called when a wait takes too long.
    EndWatch(std::function<bool()> ending, std::function<void()> give_up);
    //! No wait may be active.
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
    //! Whether a wait has taken too long, counted from the moment when this process began to end.
    bool exhausted() const OS_REQUIRES(m_mutex);

    const std::function<bool()> m_ending;
    const std::function<void()> m_give_up;
    Mutex m_mutex;
    Condition m_changed;
    //! The start of each wait, the oldest first.
    std::list<Clock::time_point> m_waits OS_GUARDED_BY(m_mutex);
    //! When this process began to end, or `give_up` was called last.
    Clock::time_point m_since OS_GUARDED_BY(m_mutex){Clock::time_point::max()};
    bool m_over OS_GUARDED_BY(m_mutex){false};
    std::thread m_thread;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_END_WATCH_H
