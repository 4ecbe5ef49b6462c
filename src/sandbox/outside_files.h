#ifndef MPBITCOIN_SANDBOX_OUTSIDE_FILES_H
#define MPBITCOIN_SANDBOX_OUTSIDE_FILES_H

#include <sys/types.h>

namespace mpbitcoin {
//! From now on the C library's functions that open, make, rename and remove files by their path,
//! which this executable has its own of, ask the process at the other end of the socket for what
//! the sandbox refuses to this one. The user may have named the file in a command, as a place for a
//! backup, and the node knows that. Nothing changes for what is not refused, nor without a call.
//! `socket` stays open until the process ends.
void AskForOutsideFiles(int socket);

//! Whether another process is asked.
bool AsksForOutsideFiles();

//! What the calling thread is refused stays refused. For what reads files that nobody has named and
//! can do without them.
void NeverAskOnThisThread();

//! The system calls of these names, or what the other process makes of them. Errors are in errno.
namespace outside {
int Open(int folder, const char* path, int flags, mode_t mode);
int MakeFolder(int folder, const char* path, mode_t mode);
int Remove(int folder, const char* path, int flags);
int Rename(int old_folder, const char* old_path, int new_folder, const char* new_path);
} // namespace outside
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_OUTSIDE_FILES_H
