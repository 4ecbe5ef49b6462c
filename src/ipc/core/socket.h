#ifndef MPBITCOIN_IPC_CORE_SOCKET_H
#define MPBITCOIN_IPC_CORE_SOCKET_H

#include <ipc/core/descriptor.h>
#include <sys/types.h>
#include <util/fs.h>

#include <optional>
#include <string>

namespace mpbitcoin {
//! Where a node listens, in the network's data directory, unless it is told otherwise.
constexpr const char* NODE_SOCKET{"node.sock"};

//! The path of an IPC address: `unix` is `default_name` in `data_dir`, `unix:<path>` is relative to
//! it. `address` becomes the long form. Throws std::invalid_argument for another kind of address
//! and for a path that is too long for a socket.
fs::path
SocketPath(std::string& address, const fs::path& data_dir, const std::string& default_name);

//! Bind and listen, for our user alone: mode 0600. A socket that nobody listens on any more is
//! replaced, and nothing else. Throws std::system_error; EADDRINUSE when another process listens
//! there.
Descriptor ListenUnix(const fs::path& path);

//! Connect. Throws std::system_error, which does not name the path, with ETIMEDOUT when who listens
//! there accepts nobody for a while.
Descriptor ConnectUnix(const fs::path& path);

//! The user at the other end of a connected socket, nullopt where the system does not tell.
std::optional<uid_t> PeerUser(int fd);
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_CORE_SOCKET_H
