#ifndef MPBITCOIN_EXECUTABLES_COMMON_CONFIGURATION_H
#define MPBITCOIN_EXECUTABLES_COMMON_CONFIGURATION_H

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mpbitcoin {
//! Data that a wallet process needs before it opens a wallet: Configuration in processes.capnp.
struct Configuration
{
    std::string settings{};
    std::vector<std::string> network_only{};
    std::string data_dir{};
};

//! The configuration as a message for a wallet process.
std::vector<unsigned char> ConfigurationMessage(const Configuration& configuration);

//! Read the configuration from such a message. Throws std::runtime_error for anything else.
Configuration ReadConfiguration(std::span<const unsigned char> message);

//! Read such a message, and nothing after it, from a socket. Waits for the message; nullopt when
//! the other end closes the connection instead. Throws std::runtime_error for anything else.
std::optional<Configuration> ReceiveConfiguration(int socket);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_CONFIGURATION_H
