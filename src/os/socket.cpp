#include <fcntl.h>
#include <os/error.h>
#include <os/socket.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

namespace mpbitcoin {
namespace {
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int BACKLOG{64};
//! How long to wait for another process, and how often to check it.
constexpr std::chrono::seconds PATIENCE{10};
constexpr std::chrono::milliseconds INTERVAL{20};

//! Prevents SIGPIPE where the system has a flag for that.
#ifdef MSG_NOSIGNAL
constexpr int NO_SIGNAL{MSG_NOSIGNAL};
#else
constexpr int NO_SIGNAL{0};
#endif

//! A non-blocking stream socket.
Descriptor OpenSocket()
{
    Descriptor fd{::socket(AF_UNIX, SOCK_STREAM, 0)};
    if (!fd) Fail("socket");
    if (::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) Fail("fcntl");
    if (::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) Fail("fcntl");
    return fd;
}

sockaddr_un Address(const fs::path& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text{path.native()};
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return address;
}

const sockaddr* Generic(const sockaddr_un& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

//! Start to connect. Returns an error number or 0. EAGAIN: a process listens, but its queue is
//! full.
int TryToConnect(int fd, const sockaddr_un& address)
{
    while (::connect(fd, Generic(address), sizeof(address)) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

//! Whether a socket at the path is left over from an ended process. Throws std::system_error when
//! it is in use, or when this can't be checked: the socket may refuse us or have another type.
bool IsLeftBehind(const sockaddr_un& address)
{
    switch (const int error{TryToConnect(OpenSocket().get(), address)}) {
    case ECONNREFUSED:
        return true;
    case ENOENT:
        return false; // removed in the meantime
    case 0:
    case EAGAIN:
        Fail("another process listens there", EADDRINUSE);
    case EPROTOTYPE:
        Fail("another process has a socket of another type there", EADDRINUSE);
    default:
        Fail("cannot check whether another process listens there", error);
    }
}

void PrepareFolder(const fs::path& folder)
{
    if (fs::exists(folder)) return;
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
}

//! Lets one process at a time find, remove and make sockets in a folder. Has no effect where the
//! file system has no locks or denies us one.
Descriptor LockFolder(const fs::path& folder)
{
    Descriptor lock{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    const auto deadline{Clock::now() + PATIENCE};
    while (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK) return lock;
        if (Clock::now() > deadline) Fail("another process has locked the folder", EWOULDBLOCK);
        std::this_thread::sleep_for(INTERVAL);
    }
    return lock;
}
} // namespace

bool OthersMayReplace(const std::filesystem::path& path)
{
    using std::filesystem::perms;
    const auto permissions{std::filesystem::status(path.parent_path()).permissions()};
    const bool others{(permissions & (perms::group_write | perms::others_write)) != perms::none};
    // In a sticky folder such as /tmp nobody else can replace our socket.
    const bool sticky{(permissions & perms::sticky_bit) != perms::none};
    return others && !sticky;
}

Descriptor ListenUnix(const fs::path& path)
{
    PrepareFolder(path.parent_path());
    const Descriptor lock{LockFolder(path.parent_path())};
    const sockaddr_un address{Address(path)};
    const bool socket{fs::symlink_status(path).type() == fs::file_type::socket};
    if (socket && IsLeftBehind(address)) fs::remove(path);
    Descriptor fd{OpenSocket()};
    if (::bind(fd.get(), Generic(address), sizeof(address)) != 0) Fail("bind");
    // Nobody can connect before listen().
    if (::chmod(address.sun_path, S_IRUSR | S_IWUSR) != 0) Fail("chmod");
    if (::listen(fd.get(), BACKLOG) != 0) Fail("listen");
    return fd;
}

Descriptor ConnectUnix(const fs::path& path)
{
    const sockaddr_un address{Address(path)};
    Descriptor fd{OpenSocket()};
    const auto deadline{Clock::now() + PATIENCE};
    while (const int error{TryToConnect(fd.get(), address)}) {
        if (error != EAGAIN) throw std::system_error{error, std::system_category()};
        if (Clock::now() > deadline) throw std::system_error{ETIMEDOUT, std::system_category()};
        std::this_thread::sleep_for(INTERVAL);
    }
    return fd;
}

void Send(const Descriptor& socket, std::span<const unsigned char> bytes)
{
    while (!bytes.empty()) {
        const auto sent{::send(socket.get(), bytes.data(), bytes.size(), NO_SIGNAL)};
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return;
        bytes = bytes.subspan(static_cast<size_t>(sent));
    }
}

std::optional<uid_t> PeerUser(int fd)
{
#if defined(SO_PEERCRED)
    ucred credentials{};
    socklen_t size{sizeof(credentials)};
    if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0) {
        return credentials.uid;
    }
#elif defined(__APPLE__) || defined(__FreeBSD__) || defined(__OpenBSD__) || defined(__NetBSD__)
    uid_t user;
    gid_t group;
    if (::getpeereid(fd, &user, &group) == 0) return user;
#endif
    return std::nullopt;
}
} // namespace mpbitcoin
