#include <executables/wallet/outside_files.h>

#ifdef __linux__
#include <dirent.h>
#include <executables/common/file_requests.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>

// Wallet code, SQLite and the C++ library take files by path in many places. All of them come here:
// a symbol of the executable precedes that of a shared library, and that of a static one, too.

namespace mpbitcoin {
namespace {
using Action = FileRequest::Action;

std::atomic<int> g_socket{-1};
thread_local bool t_asks{true};
//! Held from a request to its answer.
std::mutex g_asking;

bool Send(int socket, Action action, const std::string& path, int flags, mode_t mode)
{
    FileRequest request{.action = action, .flags = flags, .mode = mode};
    iovec parts[]{{&request, sizeof(request)}, {const_cast<char*>(path.data()), path.size()}};
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

//! The answer: a descriptor, 0 for done, or -1 and errno.
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
    // The kernel leaves out a descriptor for which this process has no number left.
    if (!header || header->cmsg_type != SCM_RIGHTS) return Refused(EMFILE);
    int descriptor;
    std::memcpy(&descriptor, CMSG_DATA(header), sizeof(descriptor));
    return descriptor;
}

int Ask(int socket, Action action, const char* path, int flags, mode_t mode)
{
    std::error_code error;
    const auto absolute{std::filesystem::absolute(path, error)};
    if (error || absolute.native().size() >= PATH_MAX) return Refused(EACCES);
    const std::lock_guard lock{g_asking};
    // When nobody is there to ask, it stays refused.
    if (!Send(socket, action, absolute.native(), flags, mode)) return Refused(EACCES);
    return Receive(socket, action == Action::OPEN);
}

//! The result of a system call, or what the node makes of it when it was refused.
int OrAsk(long result, Action action, const char* path, int flags = 0, mode_t mode = 0)
{
    const int socket{t_asks ? g_socket.load() : -1};
    if (result >= 0 || errno != EACCES || socket < 0) return static_cast<int>(result);
    return Ask(socket, action, path, flags, mode);
}

int Open(int folder, const char* path, int flags, mode_t mode)
{
    const long result{syscall(SYS_openat, folder, path, flags | O_LARGEFILE, mode)};
    if (folder != AT_FDCWD && path[0] != '/') return static_cast<int>(result);
    return OrAsk(result, Action::OPEN, path, flags, mode);
}

//! fopen()'s mode as flags of open().
int Flags(std::string_view mode)
{
    const auto has = [mode](char sign) { return mode.find(sign) != mode.npos; };
    int flags{has('+') ? O_RDWR : has('r') ? O_RDONLY : O_WRONLY};
    if (has('w')) flags |= O_CREAT | O_TRUNC;
    if (has('a')) flags |= O_CREAT | O_APPEND;
    if (has('x')) flags |= O_EXCL;
    if (has('e')) flags |= O_CLOEXEC;
    return flags;
}

FILE* OpenStream(const char* path, const char* mode)
{
    constexpr mode_t all{0666};
    const int descriptor{Open(AT_FDCWD, path, Flags(mode), all)};
    if (descriptor < 0) return nullptr;
    FILE* stream{::fdopen(descriptor, mode)};
    if (!stream) ::close(descriptor);
    return stream;
}

int Unlink(const char* path)
{
    return OrAsk(syscall(SYS_unlinkat, AT_FDCWD, path, 0), Action::REMOVE_FILE, path);
}

int RemoveFolder(const char* path)
{
    return OrAsk(syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR), Action::REMOVE_FOLDER, path);
}

//! The argument of open() that is there only with some flags.
#define MODE_ARGUMENT(flags)                                                                       \
    mode_t mode{0};                                                                                \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                       \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode = va_arg(arguments, mode_t);                                                          \
        va_end(arguments);                                                                         \
    }
} // namespace

void AskForOutsideFiles(int socket)
{
    g_socket = socket;
}

void NeverAskOnThisThread()
{
    t_asks = false;
}
} // namespace mpbitcoin

// Declared under other names: the headers' own declarations may be inline or renamed.
extern "C" {
int OutsideOpen(const char* path, int flags, ...) __asm__("open");
int OutsideOpen64(const char* path, int flags, ...) __asm__("open64");
int OutsideOpenAt(int folder, const char* path, int flags, ...) __asm__("openat");
int OutsideOpenAt64(int folder, const char* path, int flags, ...) __asm__("openat64");
FILE* OutsideFopen(const char* path, const char* mode) __asm__("fopen");
FILE* OutsideFopen64(const char* path, const char* mode) __asm__("fopen64");
DIR* OutsideOpenDir(const char* path) __asm__("opendir");
int OutsideMkdir(const char* path, mode_t mode) __asm__("mkdir");
int OutsideUnlink(const char* path) __asm__("unlink");
int OutsideRmdir(const char* path) __asm__("rmdir");
int OutsideRemove(const char* path) __asm__("remove");

int OutsideOpen(const char* path, int flags, ...)
{
    MODE_ARGUMENT(flags);
    return mpbitcoin::Open(AT_FDCWD, path, flags, mode);
}

int OutsideOpen64(const char* path, int flags, ...)
{
    MODE_ARGUMENT(flags);
    return mpbitcoin::Open(AT_FDCWD, path, flags, mode);
}

int OutsideOpenAt(int folder, const char* path, int flags, ...)
{
    MODE_ARGUMENT(flags);
    return mpbitcoin::Open(folder, path, flags, mode);
}

int OutsideOpenAt64(int folder, const char* path, int flags, ...)
{
    MODE_ARGUMENT(flags);
    return mpbitcoin::Open(folder, path, flags, mode);
}

FILE* OutsideFopen(const char* path, const char* mode)
{
    return mpbitcoin::OpenStream(path, mode);
}

FILE* OutsideFopen64(const char* path, const char* mode)
{
    return mpbitcoin::OpenStream(path, mode);
}

DIR* OutsideOpenDir(const char* path)
{
    const int descriptor{
        mpbitcoin::Open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC, 0)};
    if (descriptor < 0) return nullptr;
    DIR* folder{::fdopendir(descriptor)};
    if (!folder) ::close(descriptor);
    return folder;
}

int OutsideMkdir(const char* path, mode_t mode)
{
    return mpbitcoin::OrAsk(syscall(SYS_mkdirat, AT_FDCWD, path, mode),
                            mpbitcoin::Action::MAKE_FOLDER, path, 0, mode);
}

int OutsideUnlink(const char* path)
{
    return mpbitcoin::Unlink(path);
}

int OutsideRmdir(const char* path)
{
    return mpbitcoin::RemoveFolder(path);
}

int OutsideRemove(const char* path)
{
    const int result{mpbitcoin::Unlink(path)};
    return result < 0 && (errno == EISDIR || errno == EPERM) ? mpbitcoin::RemoveFolder(path)
                                                             : result;
}
}
#else
namespace mpbitcoin {
void AskForOutsideFiles(int) {}
void NeverAskOnThisThread() {}
} // namespace mpbitcoin
#endif
