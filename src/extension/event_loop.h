#ifndef MPBITCOIN_EXTENSION_EVENT_LOOP_H
#define MPBITCOIN_EXTENSION_EVENT_LOOP_H

#include <os/mutex.h>

#include <kj/async-unix.h>
#include <kj/async.h>
#include <kj/function.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace mpbitcoin::extension {
using Clock = std::chrono::steady_clock;

//! The event loop of the process, on which all connections live. One thread at a time runs it: the
//! loop's own thread, or a thread with a Turn while it waits for its own call. Such a call needs no
//! change of threads. "On the loop" means: on the thread that runs it. No Python code runs there,
//! and the thread that runs the loop does not hold the GIL.
class EventLoop
{
public:
    using Work = kj::Function<void()>;
    class Turn;

    //! The process's loop. The first call starts it. A child after fork() gets its own.
    static std::shared_ptr<EventLoop> shared();
    //! End the loop and close all open connections. Without the GIL.
    static void stopShared();
    //! In the child after fork(): never touch the parent's loop again, which has no thread here.
    static void forgetAfterFork();

    EventLoop();
    ~EventLoop();

    //! Run `work` on the loop, in the order of the calls. It must not throw. Returns false after
    //! the loop's end and in a child of the process: then `work` stays untouched, because only the
    //! loop may destroy what it holds. Any thread.
    bool post(Work work);
    //! The same, but nobody waits for the result: `work` runs within LINGER.
    bool postLater(Work work);
    //! Whether this loop belongs to this process, not to its parent.
    bool isOurs() const { return m_generation == generation.load(std::memory_order_relaxed); }
    //! On the loop only.
    kj::UnixEventPort& port() { return m_port; }
    //! Objects that live on the loop, by their addresses. Destroyed before the loop. On the loop
    //! only.
    std::map<void*, kj::Own<void>>& belongings() { return m_belongings; }

private:
    enum class Runner { NOBODY, OURS, CALLER };

    //! The main function of the loop's own thread.
    void serve();
    void stop();
    bool add(Work work, bool now);
    //! Returns false after the loop's end: then `work` stays untouched.
    bool queue(Work& work, bool now);
    bool take() OS_REQUIRES(m_mutex);
    void giveUp() OS_REQUIRES(m_mutex);
    //! The next three functions release the lock while they wait or call.
    void run(kj::FunctionParam<bool()> done, std::optional<Clock::time_point> until)
        OS_REQUIRES(m_mutex);
    void runWork() OS_REQUIRES(m_mutex);
    void end() OS_REQUIRES(m_mutex);
    //! Whether events arrived before an alarm or a signal.
    bool waitForEvents() OS_REQUIRES(m_mutex);
    void notice(Clock::time_point now) OS_REQUIRES(m_mutex);
    //! Make waiting for events end at `until` or earlier. On the loop only.
    void setAlarm(Clock::time_point until);

    static inline std::atomic<int> generation{0};

    const int m_generation;
    //! The next four members: on the loop only. Any thread may call the port's wake().
    kj::UnixEventPort m_port;
    kj::EventLoop m_loop{m_port};
    std::optional<kj::Promise<void>> m_alarm;
    Clock::time_point m_alarm_time;
    std::map<void*, kj::Own<void>> m_belongings;

    Mutex m_mutex;
    std::vector<Work> m_work OS_GUARDED_BY(m_mutex);
    Runner m_runner OS_GUARDED_BY(m_mutex){Runner::NOBODY};
    //! Whether the runner waits for events and nobody has woken it yet.
    bool m_asleep OS_GUARDED_BY(m_mutex){false};
    //! Whether a thread waits for ours to leave the loop.
    bool m_wanted OS_GUARDED_BY(m_mutex){false};
    //! Whether our thread must run the loop without waiting for callers.
    bool m_hurry OS_GUARDED_BY(m_mutex){false};
    //! Whether our thread waits for a caller to report that it leaves the loop.
    bool m_parked OS_GUARDED_BY(m_mutex){false};
    bool m_stopping OS_GUARDED_BY(m_mutex){false};
    bool m_ended OS_GUARDED_BY(m_mutex){false};
    //! How often a caller has taken the loop.
    uint64_t m_turns OS_GUARDED_BY(m_mutex){0};
    //! The thread that posted last, the time, and until when several threads count as active.
    std::thread::id m_poster OS_GUARDED_BY(m_mutex);
    Clock::time_point m_posted OS_GUARDED_BY(m_mutex);
    Clock::time_point m_crowded OS_GUARDED_BY(m_mutex);
    //! Wakes our thread, whose turn it may be.
    Condition m_needed;
    //! Wakes the thread that waits for ours to leave the loop.
    Condition m_free;
    std::thread m_thread;
};

//! The right to run the loop on the thread that creates this, while it lives. Nobody gets it while
//! other threads use the loop, too: then this converts to false. Without the GIL.
class EventLoop::Turn
{
public:
    explicit Turn(EventLoop& loop);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    explicit operator bool() const { return m_taken; }
    //! Run the loop until `done()`, which is called on the loop. Only with the right to run it. May
    //! return earlier: at `until`, after a signal, at the loop's end.
    void run(kj::FunctionParam<bool()> done, std::optional<Clock::time_point> until);

private:
    EventLoop& m_loop;
    bool m_taken{false};
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_EVENT_LOOP_H
