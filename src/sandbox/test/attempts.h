#ifndef MPBITCOIN_SANDBOX_TEST_ATTEMPTS_H
#define MPBITCOIN_SANDBOX_TEST_ATTEMPTS_H

#include <netinet/in.h>

#include <cerrno>
#include <filesystem>
#include <functional>
#include <vector>

//! What the sandbox's tests try to do. Functions called ...Error() return 0 when it works, the
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

//! Makes them in the system's temporary folder and removes them when destroyed.
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

//! Whether this kernel takes seccomp filters.
bool HasSeccomp();
//! Lets Landlock and seccomp fail in this process, as on a kernel without them.
void MakeKernelOld();

int OpenError(const std::filesystem::path& path, int flags);
int SocketError(int family, int type);
//! socket() by the calling conventions of 32-bit programs, where the processor has them. EACCES
//! where not.
int OldConventionSocketError();
int X32SocketError();
int ExecFromMemoryError();

//! A TCP socket of this process that listens on a port of its own on the loopback interface.
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
//! A TCP socket without address.
int Connectable();
int ConnectError(int descriptor, const Listener& listener);
int BindError(int descriptor);
//! Sends to another address than the one the socket is connected to.
int SendToError(int descriptor);
//! Sends a byte there and back, by all calls that the IPC library uses.
bool Talks(const int (&pair)[2]);

struct Call
{
    const char* name;
    std::function<long()> attempt;
};
//! Calls that have to be refused, with arguments that would not fail with EACCES by themselves.
std::vector<Call> RefusedCalls();

//! What a process may still do to itself. The file can be written.
void TryOneself(const std::filesystem::path& file);
void TryInside(const std::filesystem::path& folder, bool can_move);
void TryReadable(const std::filesystem::path& folder);
void TryOutside(const Folders& folders, bool can_truncate);
//! What the C library and the random number generator read.
void TrySystemFiles();
} // namespace mpbitcoin::test

#endif // MPBITCOIN_SANDBOX_TEST_ATTEMPTS_H
