#ifndef MPBITCOIN_IPC_RUNTIME_POLICY_H
#define MPBITCOIN_IPC_RUNTIME_POLICY_H

#include <chrono>
#include <span>
#include <string_view>

namespace mpbitcoin {
//! What a method may do, and what others may do with its calls; see common/policy.capnp.
struct Policy
{
    //! "Interface.method".
    std::string_view method;
    //! How long a running call may take when its process ends.
    std::chrono::seconds deadline;
    //! Whether a caller may repeat a call that got no answer.
    bool repeatable{false};
    //! Whether the log must not even mention a call.
    bool unlogged{false};
    //! The parts of a call that the log must not show.
    bool secret_parameters{false};
    bool secret_results{false};
    //! Whether calls that arrive while the process ends are executed.
    bool served_at_shutdown{false};
};

//! The policies of all methods, ordered by name. Generated.
extern const std::span<const Policy> POLICIES;

//! The policy of a method, by its name or by libmultiprocess' name of its parameters' type
//! ("Interface.method$Params"). Null for methods outside of our schemas and Bitcoin Core's: callers
//! then assume the strictest policy.
const Policy* FindPolicy(std::string_view name);
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_POLICY_H
