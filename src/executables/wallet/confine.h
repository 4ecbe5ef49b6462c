#ifndef MPBITCOIN_EXECUTABLES_WALLET_CONFINE_H
#define MPBITCOIN_EXECUTABLES_WALLET_CONFINE_H

#include <executables/common/configuration.h>
#include <executables/common/sandbox_mode.h>

namespace mpbitcoin {
//! Make the node's configuration this process's own, and permanently give up all rights that
//! wallets do not need. `own` is this process's -walletsandbox; ON leaves the choice to the node.
//! Call it once, on the only thread. Throws std::runtime_error when the sandbox is required and
//! incomplete.
void Confine(const Configuration& configuration, SandboxMode own = SandboxMode::ON);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_CONFINE_H
