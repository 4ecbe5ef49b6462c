#ifndef MPBITCOIN_EXECUTABLES_NODE_WALLET_COMMANDS_H
#define MPBITCOIN_EXECUTABLES_NODE_WALLET_COMMANDS_H

#include <rpc/server.h>

#include <vector>

namespace mpbitcoin {
//! The commands of a wallet process without actors, for a node that must know them before a process
//! joins. A process's own commands are compared with these.
std::vector<CRPCCommand> WalletCommands();
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_WALLET_COMMANDS_H
