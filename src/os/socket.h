#ifndef MPBITCOIN_OS_SOCKET_H
#define MPBITCOIN_OS_SOCKET_H

#include <os/descriptor.h>
#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <span>

namespace mpbitcoin {
//! Bind and listen, for our user alone (mode 0600). Replaces a socket on which nobody listens any
//! more, and nothing else. Throws std::system_error, with EADDRINUSE when another process listens
//! there.
Descriptor ListenUnix(const std::filesystem::path& path);

//! Whether other users may replace the socket at the path.
bool OthersMayReplace(const std::filesystem::path& path);

//! Connect to the socket. Throws std::system_error, which does not name the path. ETIMEDOUT: the
//! listening process accepts nobody for 10 s.
Descriptor ConnectUnix(const std::filesystem::path& path);

//! Send bytes; wait where the socket has no room. Returns silently when the other end has closed:
//! whoever reads from it next will know.
void Send(const Descriptor& socket, std::span<const unsigned char> bytes);

//! The user at the other end of a connected socket, or nullopt where the system does not know.
std::optional<uid_t> PeerUser(int fd);
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_SOCKET_H
