#ifndef MPBITCOIN_EXECUTABLES_NODE_WALLET_COMMANDS_H
#define MPBITCOIN_EXECUTABLES_NODE_WALLET_COMMANDS_H

#include <rpc/server.h>

#include <vector>

namespace mpbitcoin {
//! The commands that a wallet process has, without actors: for a node that has to know them before
//! it has seen such a process. When one comes, its own are compared with these.
std::vector<CRPCCommand> WalletCommands();
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_WALLET_COMMANDS_H
