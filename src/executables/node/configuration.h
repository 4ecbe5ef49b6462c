#ifndef MPBITCOIN_EXECUTABLES_NODE_CONFIGURATION_H
#define MPBITCOIN_EXECUTABLES_NODE_CONFIGURATION_H

#include <executables/common/configuration.h>

#include <string_view>

class ArgsManager;

namespace mpbitcoin {
//! Whether a wallet process may see the setting of that name, without its hyphen.
bool IsForWallets(std::string_view name);

//! The node's present configuration for a wallet process.
Configuration MakeConfiguration(ArgsManager& args);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_CONFIGURATION_H
