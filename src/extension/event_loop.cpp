#include <extension/event_loop.h>
#include <pthread.h>
#include <signal.h>

#include <kj/time.h>

#include <utility>

namespace mpbitcoin::extension {
namespace {
using std::chrono::milliseconds;

//! How long our thread leaves the loop to a caller that has just used it. Data that arrives between
//! two calls waits at most that long.
constexpr milliseconds LINGER{1};
//! Threads that post within this interval share our thread: passing the loop from one to the other
//! would cost more than it saves.
constexpr milliseconds CROWD{5};

Mutex g_mutex;
std::shared_ptr<EventLoop> g_loop OS_GUARDED_BY(g_mutex);
} // namespace

std::shared_ptr<EventLoop> EventLoop::shared()
{
    const Lock lock{g_mutex};
    if (!g_loop) g_loop = std::make_shared<EventLoop>();
    return g_loop;
}

void EventLoop::stopShared()
{
    std::shared_ptr<EventLoop> loop;
    {
        const Lock lock{g_mutex};
        loop.swap(g_loop);
    }
    if (loop) loop->stop();
}

OS_UNCHECKED void EventLoop::forgetAfterFork()
{
    generation.fetch_add(1, std::memory_order_relaxed);
    // Neither the mutex nor the loop is usable: another thread may have held them at the fork.
    new (&g_mutex) Mutex;
    new (&g_loop) std::shared_ptr<EventLoop>;
}

EventLoop::EventLoop() : m_generation{generation.load(std::memory_order_relaxed)}
{
    // Python's signal handlers must run on Python's threads.
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
        const Lock lock{m_mutex};
        m_stopping = true;
        m_needed.notifyOne();
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
    if (!isOurs() || !queue(work, now)) {
        new Work{kj::mv(work)};
        return false;
    }
    return true;
}

bool EventLoop::queue(Work& work, bool now)
{
    bool wake{false};
    {
        const Lock lock{m_mutex};
        if (m_ended) return false;
        m_work.push_back(kj::mv(work));
        if (now) notice(Clock::now());
        if (now && m_runner == Runner::NOBODY) {
            m_hurry = true;
            m_needed.notifyOne();
        }
        wake = std::exchange(m_asleep, false);
    }
    // After the lock is released, which the runner takes when it wakes up.
    if (wake) m_port.wake();
    return true;
}

void EventLoop::notice(Clock::time_point now)
{
    const auto thread = std::this_thread::get_id();
    if (thread != m_poster && now - m_posted < CROWD) m_crowded = now + CROWD;
    m_poster = thread;
    m_posted = now;
}

bool EventLoop::take()
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
        while (m_runner != Runner::NOBODY) {
            m_free.wait(m_mutex);
        }
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
    if (m_hurry || m_parked || m_stopping) m_needed.notifyOne();
    m_parked = false;
}

void EventLoop::serve()
{
    const Lock lock{m_mutex};
    while (!m_stopping) {
        if (m_runner == Runner::NOBODY && !m_wanted && m_hurry) {
            m_runner = Runner::OURS;
            run([] { return false; }, std::nullopt);
            m_runner = Runner::NOBODY;
            if (m_wanted) m_free.notifyOne();
        }
        // Callers come and go in turn: they need not notify our thread each time that they leave.
        const auto turns = m_turns;
        const auto leave = Clock::now() + LINGER;
        while (!m_hurry && !m_stopping && m_needed.waitUntil(m_mutex, leave)) {
        }
        if (turns != m_turns) continue;
        if (m_runner == Runner::CALLER || m_wanted) {
            m_parked = true;
            while (m_parked && !m_stopping) {
                m_needed.wait(m_mutex);
            }
        } else {
            m_hurry = true;
        }
    }
    while (m_runner != Runner::NOBODY || m_wanted) {
        m_needed.wait(m_mutex);
    }
    m_runner = Runner::OURS;
    end();
}

void EventLoop::run(kj::FunctionParam<bool()> done, std::optional<Clock::time_point> until)
{
    const kj::WaitScope scope{m_loop};
    m_hurry = false;
    for (bool first{true}; true; first = false) {
        runWork();
        bool finished{false};
        {
            const Unlock unlock{m_mutex};
            m_loop.run();
            finished = done();
            if (first && until && !finished) setAlarm(*until);
        }
        if (finished || m_stopping || m_wanted) return;
        if (m_work.empty() && !waitForEvents() && until) return;
    }
}

bool EventLoop::waitForEvents()
{
    m_asleep = true;
    bool events{false};
    {
        const Unlock unlock{m_mutex};
        events = m_port.wait() || m_loop.isRunnable();
    }
    m_asleep = false;
    return events;
}

void EventLoop::runWork()
{
    while (!m_work.empty()) {
        std::vector<Work> batch;
        batch.swap(m_work);
        const Unlock unlock{m_mutex};
        for (auto& work : batch) {
            work();
        }
        batch.clear();
    }
}

void EventLoop::setAlarm(Clock::time_point until)
{
    const auto now = Clock::now();
    // An alarm that is set and earlier is enough: it wakes the caller once more than needed.
    if (m_alarm && m_alarm_time > now && m_alarm_time <= until) return;
    m_alarm_time = until;
    const std::chrono::nanoseconds left{until - now};
    m_alarm = m_port.getTimer().atTime(kj::systemPreciseMonotonicClock().now() +
                                       left.count() * kj::NANOSECONDS);
}

void EventLoop::end()
{
    const kj::WaitScope scope{m_loop};
    m_alarm.reset();
    do {
        runWork();
        // Release the lock: what is destroyed here may post.
        const Unlock unlock{m_mutex};
        while (!m_belongings.empty()) {
            m_belongings.extract(m_belongings.begin());
        }
    } while (!m_work.empty());
    m_ended = true;
}

EventLoop::Turn::Turn(EventLoop& loop) : m_loop{loop}
{
    // In a child of the process, a thread of the parent may have held the loop's lock.
    if (!loop.isOurs()) return;
    const Lock lock{loop.m_mutex};
    m_taken = loop.take();
}

EventLoop::Turn::~Turn()
{
    if (!m_taken) return;
    const Lock lock{m_loop.m_mutex};
    m_loop.giveUp();
}

void EventLoop::Turn::run(kj::FunctionParam<bool()> done, std::optional<Clock::time_point> until)
{
    const Lock lock{m_loop.m_mutex};
    m_loop.run(kj::mv(done), until);
}
} // namespace mpbitcoin::extension
