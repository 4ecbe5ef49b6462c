#ifndef MPBITCOIN_IPC_CORE_RUNNING_CALLS_H
#define MPBITCOIN_IPC_CORE_RUNNING_CALLS_H

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
    //! Calls of `always`, "Interface.", need nothing that goes before the connection, and are never
    //! refused.
    explicit RunningCalls(std::string_view always = {}) : m_always{always} {}

    //! For libmultiprocess. Throws when the gate is closed.
    std::shared_ptr<void> enter(const char* params_type, bool destroy) override;

    //! Refuse all calls from now on, except those that destroy an object.
    void close();

    //! Wait until no call runs. Returns false when that takes longer than `patience`.
    bool wait(std::chrono::milliseconds patience);

    //! The calls that run, for the log: "Rpc.executeRpc since 12 s, Mining.getTip since 0 s".
    std::string describe();

private:
    using Clock = std::chrono::steady_clock;
    struct Call
    {
        const char* params_type;
        Clock::time_point since;
    };
    void leave(std::list<Call>::iterator call);

    const std::string m_always;
    Mutex m_mutex;
    Condition m_changed;
    bool m_closed OS_GUARDED_BY(m_mutex){false};
    std::list<Call> m_calls OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_CORE_RUNNING_CALLS_H
