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

//! The loop of the process on which all connections live. One thread at a time runs it: the loop's
//! own or, for as long as it waits for a call of its own, one that has a Turn. Such a call goes out
//! and comes back without a change of threads. «On the loop» means: on the thread that runs it.
//! Nothing of Python runs there, and no thread that runs it has the GIL.
class EventLoop
{
public:
    using Work = kj::Function<void()>;
    class Turn;

    //! The process's loop, started by the first call. A child after fork() gets its own.
    static std::shared_ptr<EventLoop> shared();
    //! Ends the loop; connections that are open then are closed. Without the GIL.
    static void stopShared();
    //! In the child after fork(): the parent's loop has no thread here and is never touched again.
    static void forgetAfterFork();

    EventLoop();
    ~EventLoop();

    //! Any thread: run `work` on the loop, in the order of the calls. It must not throw. False
    //! after the loop's end, or in a child of the process: then `work` is left alone, for what it
    //! holds could only be destroyed on the loop.
    bool post(Work work);
    //! As post(), but nobody waits for it: it is done within LINGER.
    bool postLater(Work work);
    //! Whether this is a loop of the process itself, not one of its parent.
    bool isOurs() const { return m_generation == generation.load(std::memory_order_relaxed); }
    //! On the loop only.
    kj::UnixEventPort& port() { return m_port; }
    //! On the loop only: what lives on the loop, by its address. Destroyed before the loop is.
    std::map<void*, kj::Own<void>>& belongings() { return m_belongings; }

private:
    enum class Runner { NOBODY, OURS, CALLER };

    //! The loop's own thread.
    void serve();
    void stop();
    bool add(Work work, bool now);
    //! False after the loop's end: then `work` is left alone.
    bool queue(Work& work, bool now);
    bool take() OS_REQUIRES(m_mutex);
    void giveUp() OS_REQUIRES(m_mutex);
    //! The next three release the lock while they wait or call.
    void run(kj::FunctionParam<bool()> done, std::optional<Clock::time_point> until)
        OS_REQUIRES(m_mutex);
    void runWork() OS_REQUIRES(m_mutex);
    void end() OS_REQUIRES(m_mutex);
    //! Whether events came before an alarm or a signal did.
    bool waitForEvents() OS_REQUIRES(m_mutex);
    void notice(Clock::time_point now) OS_REQUIRES(m_mutex);
    //! On the loop only: see that waiting for events ends at `until`, or before.
    void setAlarm(Clock::time_point until);

    static inline std::atomic<int> generation{0};

    const int m_generation;
    //! The four below: on the loop only. The port's wake() is for any thread.
    kj::UnixEventPort m_port;
    kj::EventLoop m_loop{m_port};
    std::optional<kj::Promise<void>> m_alarm;
    Clock::time_point m_alarm_time;
    std::map<void*, kj::Own<void>> m_belongings;

    Mutex m_mutex;
    std::vector<Work> m_work OS_GUARDED_BY(m_mutex);
    Runner m_runner OS_GUARDED_BY(m_mutex){Runner::NOBODY};
    //! Whether the runner waits for events, and nobody has woken it yet.
    bool m_asleep OS_GUARDED_BY(m_mutex){false};
    //! Whether a thread waits for ours to give the loop up.
    bool m_wanted OS_GUARDED_BY(m_mutex){false};
    //! Whether our thread is to run the loop without waiting for callers.
    bool m_hurry OS_GUARDED_BY(m_mutex){false};
    //! Whether our thread waits for a notification that a caller has released the loop.
    bool m_parked OS_GUARDED_BY(m_mutex){false};
    bool m_stopping OS_GUARDED_BY(m_mutex){false};
    bool m_ended OS_GUARDED_BY(m_mutex){false};
    //! How often a caller took the loop.
    uint64_t m_turns OS_GUARDED_BY(m_mutex){0};
    //! Who posted last and when, and until when more than one thread is taken to be at it.
    std::thread::id m_poster OS_GUARDED_BY(m_mutex);
    Clock::time_point m_posted OS_GUARDED_BY(m_mutex);
    Clock::time_point m_crowded OS_GUARDED_BY(m_mutex);
    //! For our thread: it may be its turn.
    Condition m_needed;
    //! For the thread that waits for ours to give the loop up.
    Condition m_free;
    std::thread m_thread;
};

//! The right to run the loop on the thread that makes it, while it lives: if it is to be had, which
//! it is not while other threads use the loop, too. Without the GIL.
class EventLoop::Turn
{
public:
    explicit Turn(EventLoop& loop);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    explicit operator bool() const { return m_taken; }
    //! Only when it was to be had: runs the loop until `done()`, which is asked on the loop. May
    //! return before: at `until`, when a signal has come, when the loop ends.
    void run(kj::FunctionParam<bool()> done, std::optional<Clock::time_point> until);

private:
    EventLoop& m_loop;
    bool m_taken{false};
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_EVENT_LOOP_H
