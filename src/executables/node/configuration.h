#ifndef MPBITCOIN_EXECUTABLES_NODE_CONFIGURATION_H
#define MPBITCOIN_EXECUTABLES_NODE_CONFIGURATION_H

#include <ipc/interfaces/processes/processes.h>

class ArgsManager;

namespace mpbitcoin {
//! The node's configuration as it is now, for a wallet process.
Configuration MakeConfiguration(ArgsManager& args);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_CONFIGURATION_H
