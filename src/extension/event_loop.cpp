#include <extension/event_loop.h>
#include <pthread.h>
#include <signal.h>

namespace mpbitcoin::extension {
namespace {
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
    m_thread = std::thread{[this] { run(); }};
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

EventLoop::~EventLoop()
{
    if (isOurs()) stop();
    if (m_thread.joinable()) m_thread.detach();
}

void EventLoop::post(Work work)
{
    if (isOurs()) {
        kj::Own<kj::CrossThreadPromiseFulfiller<void>> wake;
        std::unique_lock lock{m_mutex};
        if (!m_stopped) {
            m_work.push_back(kj::mv(work));
            wake = kj::mv(m_wake);
            lock.unlock();
            // Not under the lock, which the loop takes when it wakes up.
            if (wake) wake->fulfill();
            return;
        }
    }
    new Work{kj::mv(work)};
}

void EventLoop::stop()
{
    post([this] {
        const std::lock_guard lock{m_mutex};
        m_stopped = true;
    });
    if (m_thread.joinable()) m_thread.join();
}

void EventLoop::run()
{
    auto io = kj::setupAsyncIo();
    m_io = io.lowLevelProvider.get();
    for (bool stopped = false; !stopped;) {
        auto wake = kj::newPromiseAndCrossThreadFulfiller<void>();
        std::vector<Work> batch;
        {
            const std::lock_guard lock{m_mutex};
            batch.swap(m_work);
            m_wake = kj::mv(wake.fulfiller);
        }
        for (auto& work : batch) {
            work();
        }
        batch.clear();
        {
            const std::lock_guard lock{m_mutex};
            stopped = m_stopped;
        }
        if (!stopped) wake.promise.wait(io.waitScope);
    }
    std::vector<Work> late;
    {
        const std::lock_guard lock{m_mutex};
        m_wake = nullptr;
        late.swap(m_work);
    }
    // What ends here may post: not under the lock.
    while (!m_belongings.empty()) {
        m_belongings.extract(m_belongings.begin());
    }
}
} // namespace mpbitcoin::extension
