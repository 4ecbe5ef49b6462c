#ifndef MPBITCOIN_IPC_RUNTIME_RUNNING_CALLS_H
#define MPBITCOIN_IPC_RUNTIME_RUNNING_CALLS_H

#include <os/mutex.h>

#include <mp/proxy-io.h>

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace mpbitcoin {
//! The calls that run in this process for the processes behind some connections: a gate that can be
//! closed. A call whose caller has disconnected runs until its method returns. Thread-safe.
class RunningCalls final : public mp::CallGate, public std::enable_shared_from_this<RunningCalls>
{
public:
    //! For libmultiprocess. A closed gate refuses calls, unless the method's policy lets them pass.
    std::shared_ptr<void> enter(const char* params_type, bool destroy) override;

    //! Refuse all calls from now on, except those that destroy an object or whose policies let them
    //! pass.
    void close();

    //! Wait until no call runs. Returns false when a call takes longer than its policy allows,
    //! counted from now.
    bool wait();

    //! The same with one time limit for all calls.
    bool wait(std::chrono::milliseconds time);

    //! close(), and wait without a limit: for calls whose callers have disconnected.
    void finish();

    //! The running calls, for the log: "Rpc.executeRpc since 12 s, Mining.getTip since 0 s".
    std::string describe();

private:
    using Clock = std::chrono::steady_clock;
    struct Call
    {
        //! "Interface.method".
        std::string_view method;
        Clock::time_point since;
        std::chrono::seconds deadline;
    };
    void leave(std::list<Call>::iterator call);

    Mutex m_mutex;
    Condition m_changed;
    bool m_closed OS_GUARDED_BY(m_mutex){false};
    std::list<Call> m_calls OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_RUNNING_CALLS_H
