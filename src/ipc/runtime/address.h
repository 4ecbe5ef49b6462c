#ifndef MPBITCOIN_IPC_RUNTIME_ADDRESS_H
#define MPBITCOIN_IPC_RUNTIME_ADDRESS_H

#include <util/fs.h>

#include <string>

namespace mpbitcoin {
//! The node's default socket, in the network's data directory.
constexpr const char* NODE_SOCKET{"node.sock"};

//! The path of an IPC address: `unix` is `default_name` in `data_dir`, and `unix:<path>` is
//! relative to it. Sets `address` to the long form. Throws std::invalid_argument for other
//! addresses and for paths that are too long for a socket.
fs::path
SocketPath(std::string& address, const fs::path& data_dir, const std::string& default_name);
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_ADDRESS_H
