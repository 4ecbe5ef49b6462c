#include <sandbox/outside_files.h>

#ifdef __linux__
#include <fcntl.h>
#include <os/mutex.h>
#include <sandbox/file_requests.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

namespace mpbitcoin {
namespace {
using Action = FileRequest::Action;

std::atomic<int> g_socket{-1};
thread_local bool t_asks{true};
//! Held from a request to its answer.
Mutex g_asking;

bool Send(int socket, FileRequest request, const std::string& paths)
{
    iovec parts[]{{&request, sizeof(request)}, {const_cast<char*>(paths.data()), paths.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    return ::sendmsg(socket, &message, MSG_NOSIGNAL) >= 0;
}

int Refused(int error)
{
    errno = error;
    return -1;
}

//! The answer: a descriptor, 0 for success, or -1 and errno.
int Receive(int socket, bool wants_descriptor)
{
    int error{EACCES};
    iovec part{&error, sizeof(error)};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    ssize_t got;
    do {
        got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got != static_cast<ssize_t>(sizeof(error))) error = EACCES;
    if (error) return Refused(error);
    if (!wants_descriptor) return 0;
    const cmsghdr* header{CMSG_FIRSTHDR(&message)};
    // The kernel omits a descriptor when this process has no free number.
    if (!header || header->cmsg_type != SCM_RIGHTS) return Refused(EMFILE);
    int descriptor;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof(descriptor));
    return descriptor;
}

//! A path for the other process. Empty if it has none.
std::string Absolute(int folder, const char* path)
{
    std::error_code error;
    std::filesystem::path base;
    if (folder != AT_FDCWD && path[0] != '/') {
        base = std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(folder), error);
    }
    const auto absolute{error ? base : std::filesystem::absolute(base / path, error)};
    return error || absolute.native().size() >= PATH_MAX ? "" : absolute.native();
}

//! The result of a system call or, if the sandbox refused it, the result of the other process.
template <typename Paths>
int OrAsk(long result, FileRequest request, const Paths& paths)
{
    const int socket{t_asks ? g_socket.load() : -1};
    if (result >= 0 || errno != EACCES || socket < 0) return static_cast<int>(result);
    const std::string named{paths()};
    const Lock lock{g_asking};
    // Without another process, the call stays refused.
    if (named.empty() || !Send(socket, request, named)) return Refused(EACCES);
    return Receive(socket, request.action == Action::OPEN);
}
} // namespace

void AskForOutsideFiles(int socket)
{
    g_socket = socket;
}

bool AsksForOutsideFiles()
{
    return g_socket >= 0;
}

void NeverAskOnThisThread()
{
    t_asks = false;
}

int outside::Open(int folder, const char* path, int flags, mode_t mode)
{
    return OrAsk(syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode),
                 {Action::OPEN, flags, mode}, [&] { return Absolute(folder, path); });
}

int outside::MakeFolder(int folder, const char* path, mode_t mode)
{
    return OrAsk(syscall(SYS_mkdirat, folder, path, mode), {Action::MAKE_FOLDER, 0, mode},
                 [&] { return Absolute(folder, path); });
}

int outside::Remove(int folder, const char* path, int flags)
{
    const auto action{flags & AT_REMOVEDIR ? Action::REMOVE_FOLDER : Action::REMOVE_FILE};
    return OrAsk(syscall(SYS_unlinkat, folder, path, flags), {action, 0, 0},
                 [&] { return Absolute(folder, path); });
}

int outside::Rename(int old_folder, const char* old_path, int new_folder, const char* new_path)
{
    long result{syscall(SYS_renameat2, old_folder, old_path, new_folder, new_path, 0)};
    // Landlock's error when only one of the folders is accessible.
    if (result < 0 && errno == EXDEV) errno = EACCES;
    return OrAsk(result, {Action::RENAME, 0, 0}, [&]() -> std::string {
        const auto from{Absolute(old_folder, old_path)};
        const auto to{Absolute(new_folder, new_path)};
        return from.empty() || to.empty() ? "" : from + '\0' + to;
    });
}
} // namespace mpbitcoin
#else
namespace mpbitcoin {
void AskForOutsideFiles(int) {}
bool AsksForOutsideFiles()
{
    return false;
}
void NeverAskOnThisThread() {}
} // namespace mpbitcoin
#endif
