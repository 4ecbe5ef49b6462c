#ifndef MPBITCOIN_EXECUTABLES_WALLET_CONFINE_H
#define MPBITCOIN_EXECUTABLES_WALLET_CONFINE_H

#include <executables/common/configuration.h>
#include <executables/common/sandbox_mode.h>

namespace mpbitcoin {
//! Make the node's configuration this process's own, and give up, for good, what wallets do not
//! need. `own` is the -walletsandbox of this process; ON leaves it to the node. Call it once, on
//! the only thread. Throws std::runtime_error when the sandbox is required and incomplete.
void Confine(const Configuration& configuration, SandboxMode own = SandboxMode::ON);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_CONFINE_H
