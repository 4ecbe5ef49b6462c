#ifndef MPBITCOIN_EXTENSION_EVENT_LOOP_H
#define MPBITCOIN_EXTENSION_EVENT_LOOP_H

#include <kj/async-io.h>
#include <kj/async.h>
#include <kj/function.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mpbitcoin::extension {
//! The one thread of the process on which all connections live. Nothing of Python runs on it.
class EventLoop
{
public:
    using Work = kj::Function<void()>;

    //! The process's loop, started by the first call. A child after fork() gets one of its own.
    static std::shared_ptr<EventLoop> shared();
    //! Ends the loop's thread; connections that are open then are closed. Without the GIL.
    static void stopShared();
    //! In the child after fork(): the parent's loop has no thread here and is never touched again.
    static void forgetAfterFork();

    EventLoop();
    ~EventLoop();

    //! Any thread: run `work` on the loop's thread, in the order of the calls. It must not throw.
    //! After the loop's end, or in a child of the process, `work` is left alone: what it holds
    //! could only be destroyed on that thread.
    void post(Work work);
    //! Whether this is a loop of the process itself, not one of its parent.
    bool isOurs() const { return m_generation == generation.load(std::memory_order_relaxed); }
    //! Loop's thread only.
    kj::LowLevelAsyncIoProvider& io() { return *m_io; }
    //! Loop's thread only: what lives on the loop, by its address. Destroyed before the loop is.
    std::map<void*, kj::Own<void>>& belongings() { return m_belongings; }

private:
    void run();
    void stop();

    static inline std::atomic<int> generation{0};

    const int m_generation;
    std::mutex m_mutex;
    //! The three below: guarded by m_mutex.
    std::vector<Work> m_work;
    kj::Own<kj::CrossThreadPromiseFulfiller<void>> m_wake;
    bool m_stopped{false};
    //! The two below: loop's thread only.
    kj::LowLevelAsyncIoProvider* m_io{nullptr};
    std::map<void*, kj::Own<void>> m_belongings;
    std::thread m_thread;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_EVENT_LOOP_H
