#ifndef MPBITCOIN_IPC_RUNTIME_POLICY_H
#define MPBITCOIN_IPC_RUNTIME_POLICY_H

#include <chrono>
#include <span>
#include <string_view>

namespace mpbitcoin {
//! What a method may do, and what may be done with its calls; see common/policy.capnp.
struct Policy
{
    //! "Interface.method".
    std::string_view method;
    //! How long a call may still take when the process that executes it ends.
    std::chrono::seconds deadline;
    //! Whether a call may be made again when its answer did not come.
    bool repeatable{false};
    //! Whether a call must not even be mentioned in the log.
    bool unlogged{false};
    //! What of a call must not be in the log.
    bool secret_parameters{false};
    bool secret_results{false};
    //! Whether calls that come when the process ends are executed.
    bool served_at_shutdown{false};
};

//! The policies of all methods, ordered by their names. Generated.
extern const std::span<const Policy> POLICIES;

//! The policy of a method by its name, or by the name of its parameters' type, as libmultiprocess
//! has it ("Interface.method$Params"). Null for a method of neither our schemas nor Bitcoin Core's:
//! whoever asks then assumes the worst.
const Policy* FindPolicy(std::string_view name);
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_POLICY_H
