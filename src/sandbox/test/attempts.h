#ifndef MPBITCOIN_SANDBOX_TEST_ATTEMPTS_H
#define MPBITCOIN_SANDBOX_TEST_ATTEMPTS_H

#include <netinet/in.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <vector>

//! The attempts of the sandbox's tests. Functions called ...Error() return 0 on success and the
//! error otherwise; functions called Try...() check each attempt themselves.
namespace mpbitcoin::test {
//! Folders for the tests, with some files in each.
struct Folders
{
    std::filesystem::path inside;
    std::filesystem::path link_to_inside;
    std::filesystem::path readable;
    std::filesystem::path outside;
};

//! Creates them in the system's temporary folder and removes them in the destructor.
class TemporaryFolders : public Folders
{
public:
    TemporaryFolders();
    ~TemporaryFolders();
    TemporaryFolders(const TemporaryFolders&) = delete;
    TemporaryFolders& operator=(const TemporaryFolders&) = delete;

private:
    std::filesystem::path m_root;
};

//! Whether a system call failed with the sandbox's error.
inline bool Refused(long result)
{
    return result == -1 && errno == EACCES;
}

//! Whether this kernel supports seccomp filters.
bool HasSeccomp();
//! Make Landlock and seccomp fail in this process, as on a kernel without them.
void MakeKernelOld();

int OpenError(const std::filesystem::path& path, int flags);
int SocketError(int family, int type);
//! socket() with the calling conventions of 32-bit programs, if the processor has them; otherwise
//! EACCES.
int OldConventionSocketError();
int X32SocketError();
int ExecFromMemoryError();

//! A TCP socket of this process that listens on a free port of the loopback interface.
class Listener
{
public:
    Listener();
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    [[nodiscard]] int Descriptor() const { return m_descriptor; }
    [[nodiscard]] const sockaddr_in& Address() const { return m_address; }

private:
    int m_descriptor;
    sockaddr_in m_address{};
};
//! A TCP socket without an address.
int Connectable();
int ConnectError(int descriptor, const Listener& listener);
int BindError(int descriptor);
//! Send to another address than the one to which the socket is connected.
int SendToError(int descriptor);
//! Send a byte in both directions, with all calls that the IPC library uses.
bool Talks(const int (&pair)[2]);

struct Call
{
    const char* name;
    std::function<long()> attempt;
};
//! Calls that must be refused, with arguments that would not fail with EACCES otherwise.
std::vector<Call> RefusedCalls();

//! Operations that a process may still do on itself. The file is writable.
void TryOneself(const std::filesystem::path& file);
void TryInside(const std::filesystem::path& folder, bool can_move);
void TryReadable(const std::filesystem::path& folder);
void TryOutside(const Folders& folders, bool can_truncate);
//! Read the files of the C library and the random number generator.
void TrySystemFiles();
} // namespace mpbitcoin::test

#endif // MPBITCOIN_SANDBOX_TEST_ATTEMPTS_H
