#ifndef MPBITCOIN_OS_SOCKET_H
#define MPBITCOIN_OS_SOCKET_H

#include <os/descriptor.h>
#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace mpbitcoin {
//! Bind and listen, for our user alone: mode 0600. A socket that nobody listens on any more is
//! replaced, and nothing else. Throws std::system_error; EADDRINUSE when another process listens
//! there.
Descriptor ListenUnix(const std::filesystem::path& path);

//! Whether users other than ours may put another socket in the place of the one at the path.
bool OthersMayReplace(const std::filesystem::path& path);

//! Connect. Throws std::system_error, which does not name the path, with ETIMEDOUT when who listens
//! there accepts nobody for a while.
Descriptor ConnectUnix(const std::filesystem::path& path);

//! The user at the other end of a connected socket, nullopt where the system does not know.
std::optional<uid_t> PeerUser(int fd);
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_SOCKET_H
