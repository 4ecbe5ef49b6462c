#include <extension/event_loop.h>
#include <pthread.h>
#include <signal.h>

#include <kj/time.h>

namespace mpbitcoin::extension {
namespace {
using std::chrono::milliseconds;

//! How long our thread leaves the loop to a caller that was here a moment ago: what comes from the
//! other side between two calls waits so long at most.
constexpr milliseconds LINGER{1};
//! Threads that post within such a time of each other share our thread: handing the loop from one
//! to the other would cost more than it saves.
constexpr milliseconds CROWD{5};

std::mutex g_mutex;
//! Guarded by g_mutex.
std::shared_ptr<EventLoop> g_loop;
} // namespace

std::shared_ptr<EventLoop> EventLoop::shared()
{
    const std::lock_guard lock{g_mutex};
    if (!g_loop) g_loop = std::make_shared<EventLoop>();
    return g_loop;
}

void EventLoop::stopShared()
{
    std::shared_ptr<EventLoop> loop;
    {
        const std::lock_guard lock{g_mutex};
        loop.swap(g_loop);
    }
    if (loop) loop->stop();
}

void EventLoop::forgetAfterFork()
{
    generation.fetch_add(1, std::memory_order_relaxed);
    // Neither the mutex nor the loop can be trusted: another thread may have held them.
    new (&g_mutex) std::mutex;
    new (&g_loop) std::shared_ptr<EventLoop>;
}

EventLoop::EventLoop() : m_generation{generation.load(std::memory_order_relaxed)}
{
    // Python's signal handlers are to run on Python's threads.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    m_thread = std::thread{[this] { serve(); }};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

EventLoop::~EventLoop()
{
    if (isOurs()) stop();
    if (m_thread.joinable()) m_thread.detach();
}

void EventLoop::stop()
{
    {
        const std::lock_guard lock{m_mutex};
        m_stopping = true;
        m_needed.notify_one();
    }
    m_port.wake();
    if (m_thread.joinable()) m_thread.join();
}

bool EventLoop::post(Work work)
{
    return add(kj::mv(work), /*now=*/true);
}

bool EventLoop::postLater(Work work)
{
    return add(kj::mv(work), /*now=*/false);
}

bool EventLoop::add(Work work, bool now)
{
    if (isOurs()) {
        std::unique_lock lock{m_mutex};
        if (!m_ended) {
            m_work.push_back(kj::mv(work));
            if (now) notice(Clock::now());
            if (now && m_runner == Runner::NOBODY) {
                m_hurry = true;
                m_needed.notify_one();
            }
            const bool wake{m_asleep};
            m_asleep = false;
            lock.unlock();
            // Not under the lock, which the runner takes when it wakes up.
            if (wake) m_port.wake();
            return true;
        }
    }
    new Work{kj::mv(work)};
    return false;
}

void EventLoop::notice(Clock::time_point now)
{
    const auto thread = std::this_thread::get_id();
    if (thread != m_poster && now - m_posted < CROWD) m_crowded = now + CROWD;
    m_poster = thread;
    m_posted = now;
}

bool EventLoop::take(std::unique_lock<std::mutex>& lock)
{
    const auto now = Clock::now();
    notice(now);
    if (now < m_crowded || m_wanted || m_runner == Runner::CALLER || m_stopping) return false;
    if (m_runner == Runner::OURS) {
        m_wanted = true;
        if (m_asleep) {
            m_asleep = false;
            m_port.wake();
        }
        m_free.wait(lock, [this] { return m_runner == Runner::NOBODY; });
        m_wanted = false;
    }
    m_runner = Runner::CALLER;
    ++m_turns;
    return true;
}

void EventLoop::giveUp()
{
    m_runner = Runner::NOBODY;
    if (!m_work.empty() || Clock::now() < m_crowded) m_hurry = true;
    if (m_hurry || m_parked || m_stopping) m_needed.notify_one();
    m_parked = false;
}

void EventLoop::serve()
{
    std::unique_lock lock{m_mutex};
    while (!m_stopping) {
        if (m_runner == Runner::NOBODY && !m_wanted && m_hurry) {
            m_runner = Runner::OURS;
            run(lock, [] { return false; }, std::nullopt);
            m_runner = Runner::NOBODY;
            if (m_wanted) m_free.notify_one();
        }
        // Callers come and go, one after the other: not each of them has to notify when it leaves.
        const auto turns = m_turns;
        m_needed.wait_for(lock, LINGER, [&] { return m_hurry || m_stopping; });
        if (turns != m_turns) continue;
        if (m_runner == Runner::CALLER || m_wanted) {
            m_parked = true;
            m_needed.wait(lock, [&] { return !m_parked || m_stopping; });
        } else {
            m_hurry = true;
        }
    }
    m_needed.wait(lock, [this] { return m_runner == Runner::NOBODY && !m_wanted; });
    m_runner = Runner::OURS;
    end(lock);
}

void EventLoop::run(std::unique_lock<std::mutex>& lock,
                    kj::FunctionParam<bool()> done,
                    std::optional<Clock::time_point> until)
{
    const kj::WaitScope scope{m_loop};
    m_hurry = false;
    for (bool first{true}; true; first = false) {
        runWork(lock);
        lock.unlock();
        m_loop.run();
        const bool finished{done()};
        if (first && until && !finished) setAlarm(*until);
        lock.lock();
        if (finished || m_stopping || m_wanted) return;
        if (!m_work.empty()) continue;
        m_asleep = true;
        lock.unlock();
        const bool woken{m_port.wait()};
        const bool nothing{!woken && !m_loop.isRunnable()};
        lock.lock();
        m_asleep = false;
        // The alarm, or a signal.
        if (nothing && until) return;
    }
}

void EventLoop::runWork(std::unique_lock<std::mutex>& lock)
{
    while (!m_work.empty()) {
        std::vector<Work> batch;
        batch.swap(m_work);
        lock.unlock();
        for (auto& work : batch) {
            work();
        }
        batch.clear();
        lock.lock();
    }
}

void EventLoop::setAlarm(Clock::time_point until)
{
    const auto now = Clock::now();
    // One that is set and comes earlier will do: it wakes the caller once more than needed.
    if (m_alarm && m_alarm_time > now && m_alarm_time <= until) return;
    m_alarm_time = until;
    const std::chrono::nanoseconds left{until - now};
    m_alarm = m_port.getTimer().atTime(kj::systemPreciseMonotonicClock().now() +
                                       left.count() * kj::NANOSECONDS);
}

void EventLoop::end(std::unique_lock<std::mutex>& lock)
{
    const kj::WaitScope scope{m_loop};
    m_alarm.reset();
    do {
        runWork(lock);
        lock.unlock();
        // What ends here may post: not under the lock.
        while (!m_belongings.empty()) {
            m_belongings.extract(m_belongings.begin());
        }
        lock.lock();
    } while (!m_work.empty());
    m_ended = true;
}

EventLoop::Turn::Turn(EventLoop& loop) : m_loop{loop}
{
    // A thread that is not in this child of the process may have the lock of its parent's loop.
    if (!loop.isOurs()) return;
    std::unique_lock lock{loop.m_mutex};
    m_taken = loop.take(lock);
}

EventLoop::Turn::~Turn()
{
    if (!m_taken) return;
    const std::lock_guard lock{m_loop.m_mutex};
    m_loop.giveUp();
}

void EventLoop::Turn::run(kj::FunctionParam<bool()> done, std::optional<Clock::time_point> until)
{
    std::unique_lock lock{m_loop.m_mutex};
    m_loop.run(lock, kj::mv(done), until);
}
} // namespace mpbitcoin::extension
