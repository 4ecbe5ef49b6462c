#ifndef MPBITCOIN_SANDBOX_SANDBOX_H
#define MPBITCOIN_SANDBOX_SANDBOX_H

#include <filesystem>
#include <string>
#include <vector>

namespace mpbitcoin {
//! What the wallet process must still reach once it is confined.
struct SandboxRequest
{
    //! Folders to read, write, create and remove in: the wallets' and the data directory. Symbolic
    //! links are followed now; what they lead to is what stays open. All must exist by now.
    std::vector<std::filesystem::path> read_write{};
    //! Files or folders that are only read.
    std::vector<std::filesystem::path> read_only{};
    //! Where SQLite makes its temporary files, which hold parts of wallets, unless the user has set
    //! SQLITE_TMPDIR. That folder is writable, too.
    std::filesystem::path temporary{};
    //! Programs will be started: -signer or -walletnotify is set. Whatever confines this process
    //! is inherited by them and cannot be taken off again, while they are the user's own, with a
    //! right to the network, to any file, to sudo. A process that may start any program is not
    //! contained by half a fence either, so only its memory is protected, and the log has a note.
    bool allow_exec{false};
};

//! What the kernel granted. A part that it refused is no error, but has a note.
struct SandboxResult
{
    //! Neither debuggers nor core dumps see the memory.
    bool dumpable_off{false};
    //! Version of the Landlock interface that limits the files, 0 when nothing does. Below 3 a
    //! file outside can still be truncated when seccomp is off.
    int landlock_abi{0};
    //! No new sockets, no other programs, no way to other processes or deep into the kernel.
    bool seccomp{false};
    //! Why a part is missing, or what it does not cover.
    std::vector<std::string> gaps{};
    //! What else went wrong, and opens nothing. For the log.
    std::vector<std::string> notes{};
};

//! Gives up, for good, what the wallet process does not need. Call it once, on the only thread,
//! when the folders are known and before a wallet is opened: threads that start later inherit it,
//! others would not, and are reported as a gap. It sets SQLITE_TMPDIR. After it:
//! - Sockets and files that are open stay so. No socket can be made, bound or connected, whatever
//!   its family: connect to the node first. socketpair() still works, for byte streams only, except
//!   on processors where one system call does all that concerns sockets (32-bit x86).
//! - Only the folders of the request and what the C library needs can be opened.
//! - Other processes get no signals, and their priorities, limits and processors stay as they are.
//! - What is refused fails with EACCES. Nothing is killed.
//! On systems other than Linux it only reports that.
SandboxResult ApplySandbox(const SandboxRequest& request);

//! What is missing to a whole sandbox and why, empty if nothing is.
std::string Missing(const SandboxResult& result);

//! One line for the log, without a line break.
std::string Describe(const SandboxResult& result);
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_SANDBOX_H
