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
//! The calls that the processes behind some connections have running in this one: a gate that can
//! be closed. A call whose caller has disconnected runs until its method returns. Thread-safe.
class RunningCalls final : public mp::CallGate, public std::enable_shared_from_this<RunningCalls>
{
public:
    //! For libmultiprocess. When the gate is closed, refuses what the method's policy does not let
    //! pass.
    std::shared_ptr<void> enter(const char* params_type, bool destroy) override;

    //! Refuse all calls from now on, except those whose policies let them pass, or that destroy an
    //! object.
    void close();

    //! Wait until no call runs. Returns false when a call takes longer than its policy allows, from
    //! now on.
    bool wait();

    //! The same, with a time of its own for all calls.
    bool wait(std::chrono::milliseconds time);

    //! The calls that run, for the log: "Rpc.executeRpc since 12 s, Mining.getTip since 0 s".
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
