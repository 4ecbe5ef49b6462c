#ifndef MPBITCOIN_SANDBOX_OUTSIDE_FILES_H
#define MPBITCOIN_SANDBOX_OUTSIDE_FILES_H

#include <sys/types.h>

namespace mpbitcoin {
//! From now on, this executable's own versions of the C library's functions that open, create,
//! rename and remove files by path ask the process at the other end of the socket for files that
//! the sandbox refuses. The user may have named such a file in a command, as a place for a backup,
//! and the node knows this. Without this call, and for all other files, nothing changes. `socket`
//! stays open until the process ends.
void AskForOutsideFiles(int socket);

//! Whether refused files are requested from another process.
bool AsksForOutsideFiles();

//! Files that the calling thread is refused stay refused. For code that reads files which nobody
//! has named, and that can work without them.
void NeverAskOnThisThread();

//! The system calls of these names, or the same calls by the other process. Errors are in errno.
namespace outside {
int Open(int folder, const char* path, int flags, mode_t mode);
int MakeFolder(int folder, const char* path, mode_t mode);
int Remove(int folder, const char* path, int flags);
int Rename(int old_folder, const char* old_path, int new_folder, const char* new_path);
} // namespace outside
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_OUTSIDE_FILES_H
