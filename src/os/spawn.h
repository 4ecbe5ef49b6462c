#ifndef MPBITCOIN_OS_SPAWN_H
#define MPBITCOIN_OS_SPAWN_H

#include <os/descriptor.h>
#include <sys/types.h>

#include <optional>
#include <string>

namespace mpbitcoin {
//! A process that we have started, and our end of the socket pair.
struct Child
{
    pid_t pid;
    Descriptor socket;
};

//! Start one of our executables, which lies beside our own, as `<name> -ipcfd <fd>`, and with a
//! second descriptor `-filesfd <fd>`. The child has standard streams and those, and no other
//! descriptor of ours. Throws std::system_error, also when the executable can't be run; nothing of
//! the attempt is left then.
Child Spawn(const std::string& exe_name, const std::string& argv0, Descriptor files = Descriptor{});

//! A descriptor of a process that was started by Spawn(), nullopt in others. Throws
//! std::runtime_error for a malformed one.
std::optional<int> SpawnedDescriptor(int argc, char* argv[], const char* option = "-ipcfd");

//! Wait for a child's end; its wait status.
int Reap(pid_t pid);
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_SPAWN_H
