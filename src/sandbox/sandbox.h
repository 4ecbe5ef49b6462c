#ifndef MPBITCOIN_SANDBOX_SANDBOX_H
#define MPBITCOIN_SANDBOX_SANDBOX_H

#include <filesystem>
#include <string>
#include <vector>

namespace mpbitcoin {
//! What the confined wallet process must still be able to access.
struct SandboxRequest
{
    //! Folders to read, write, create and remove in: those of the wallets and the data directory.
    //! Symbolic links are resolved now, and their targets stay accessible. All must exist by now.
    std::vector<std::filesystem::path> read_write{};
    //! Read-only files or folders.
    std::vector<std::filesystem::path> read_only{};
    //! Where SQLite creates temporary files, which contain parts of wallets, unless the user has
    //! set SQLITE_TMPDIR. That folder is writable, too.
    std::filesystem::path temporary{};
    //! The process will start programs: -signer or -walletnotify is set. They would inherit all
    //! restrictions permanently. But they are the user's own, and may use the network, any file and
    //! sudo. Half a sandbox does not contain a process that may start any program. So only its
    //! memory is protected, and the log has a note.
    bool allow_exec{false};
};

//! The restrictions that the kernel applied. A refused part is not an error, but gets a note.
struct SandboxResult
{
    //! Debuggers and core dumps can't read the memory.
    bool dumpable_off{false};
    //! Version of the Landlock interface that limits the files, or 0. Below 3, files outside can
    //! still be truncated if seccomp is off.
    int landlock_abi{0};
    //! No new sockets, no other programs, no access to other processes or to deep parts of the
    //! kernel.
    bool seccomp{false};
    //! Why a part is missing, or what it does not cover.
    std::vector<std::string> gaps{};
    //! Other problems that weaken nothing. For the log.
    std::vector<std::string> notes{};
};

//! Permanently give up all rights that the wallet process does not need. Call it once, on the only
//! thread, when the folders are known and before a wallet is opened: later threads inherit the
//! restrictions, but earlier ones would not, and are reported as a gap. Sets SQLITE_TMPDIR. Then:
//! - Open sockets and files stay open. No socket of any family can be created, bound or connected:
//!   connect to the node first. socketpair() still works, only for byte streams, except on
//!   processors where one system call does everything with sockets (32-bit x86).
//! - Only the folders of the request and the C library's files can be opened.
//! - Other processes get no signals, and their priorities, limits and processors do not change.
//! - Refused calls fail with EACCES. Nothing is killed.
//! On other systems than Linux, it only reports that.
SandboxResult ApplySandbox(const SandboxRequest& request);

//! The missing parts of the sandbox and the reasons; empty if nothing is missing.
std::string Missing(const SandboxResult& result);

//! One line for the log, without the end of the line.
std::string Describe(const SandboxResult& result);
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_SANDBOX_H
