#ifndef MPBITCOIN_EXECUTABLES_WALLET_OUTSIDE_FILES_H
#define MPBITCOIN_EXECUTABLES_WALLET_OUTSIDE_FILES_H

namespace mpbitcoin {
//! From now on the C library's functions that open, make and remove files by their path, which
//! this executable has its own of, ask the process at the other end of the socket for what the
//! sandbox refuses to this one. The user may have named the file in a command, as a place for a
//! backup, and the node knows that. Nothing changes for what is not refused, nor without a call.
//! `socket` stays open until the process ends.
void AskForOutsideFiles(int socket);

//! What the calling thread is refused stays refused. For what reads files that nobody has named and
//! can do without them.
void NeverAskOnThisThread();
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_OUTSIDE_FILES_H
