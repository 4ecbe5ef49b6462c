#ifndef MPBITCOIN_EXECUTABLES_WALLET_ASK_FOR_CONFIGURATION_H
#define MPBITCOIN_EXECUTABLES_WALLET_ASK_FOR_CONFIGURATION_H

#include <executables/common/configuration.h>
#include <os/descriptor.h>

namespace mpbitcoin {
//! Ask the node at the other end of a connection for its configuration, then close the connection.
//! Starts no thread. Throws std::runtime_error when the node refuses or does not answer in time.
Configuration AskForConfiguration(Descriptor connection);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_ASK_FOR_CONFIGURATION_H
