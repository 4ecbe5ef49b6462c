#ifndef MPBITCOIN_EXECUTABLES_WALLET_JOIN_H
#define MPBITCOIN_EXECUTABLES_WALLET_JOIN_H

class ArgsManager;

namespace mpbitcoin {
//! Add -ipcconnect to the help.
void AddJoinOption(ArgsManager& args);

//! Whether the command line asks to join a running node.
bool WantsToJoin(int argc, const char* const argv[]);

//! Join the node on the command line and serve its wallets, until the node ends or SIGINT, SIGTERM
//! or SIGHUP arrives. Returns the exit status; an error is one line on stderr. Call it first in
//! main(), before any other thread runs.
int JoinNode(int argc, const char* const argv[]);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_JOIN_H
