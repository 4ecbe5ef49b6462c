#ifndef MPBITCOIN_OS_SPAWN_H
#define MPBITCOIN_OS_SPAWN_H

#include <os/descriptor.h>
#include <sys/types.h>

#include <optional>
#include <string>

namespace mpbitcoin {
//! A process that we started, and our end of the socket pair.
struct Child
{
    pid_t pid;
    Descriptor socket;
};

//! Start one of our executables, from the folder of our own, as `<name> -ipcfd <fd>`; `files` adds
//! `-filesfd <fd>`. The child inherits these descriptors and the standard streams, and nothing
//! else. Throws std::system_error, also when the executable can't run; then nothing of the attempt
//! remains.
Child Spawn(const std::string& exe_name, const std::string& argv0, Descriptor files = Descriptor{});

//! A descriptor that Spawn() gave this process, or nullopt in other processes. Throws
//! std::runtime_error for a malformed number.
std::optional<int> SpawnedDescriptor(int argc, char* argv[], const char* option = "-ipcfd");

//! Wait for a child's end. Returns its wait status.
int Reap(pid_t pid);
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_SPAWN_H
