#include <fcntl.h>
#include <ipc/core/socket.h>
#include <logging.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <tinyformat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace mpbitcoin {
namespace {
constexpr int BACKLOG{64};

//! An open file descriptor.
class Descriptor
{
public:
    explicit Descriptor(int fd) : m_fd{fd} {}
    ~Descriptor()
    {
        if (m_fd >= 0) ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_fd; }
    int release() { return std::exchange(m_fd, -1); }

private:
    int m_fd;
};

[[noreturn]] void Fail(const std::string& what, int error = errno)
{
    throw std::system_error{error, std::system_category(), what};
}

Descriptor OpenSocket()
{
    Descriptor fd{::socket(AF_UNIX, SOCK_STREAM, 0)};
    if (fd.get() < 0) Fail("socket");
    if (::fcntl(fd.get(), F_SETFD, FD_CLOEXEC) != 0) Fail("fcntl");
    return Descriptor{fd.release()};
}

sockaddr_un Address(const fs::path& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string text{fs::PathToString(path)};
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return address;
}

const sockaddr* Generic(const sockaddr_un& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

//! Whether somebody accepts connections at the address.
bool IsLive(const sockaddr_un& address)
{
    const Descriptor fd{OpenSocket()};
    return ::connect(fd.get(), Generic(address), sizeof(address)) == 0;
}

void PrepareFolder(const fs::path& path)
{
    const fs::path folder{path.parent_path()};
    if (!fs::exists(folder)) {
        fs::create_directories(folder);
        fs::permissions(folder, fs::perms::owner_all);
        return;
    }
    const auto others{fs::perms::group_write | fs::perms::others_write};
    if ((fs::status(folder).permissions() & others) != fs::perms::none) {
        LogWarning("Other users may write to %s, where the IPC socket lies: chmod go-w it",
                   fs::PathToString(folder));
    }
}
} // namespace

fs::path SocketPath(std::string& address, const fs::path& data_dir, const std::string& default_name)
{
    if (address != "unix" && !address.starts_with("unix:")) {
        throw std::invalid_argument{
            strprintf("Unrecognized address '%s': unix or unix:<path> is wanted", address)};
    }
    const std::string name{address.size() <= 5 ? default_name : address.substr(5)};
    const fs::path path{data_dir / fs::PathFromString(name)};
    const std::string text{fs::PathToString(path)};
    address = "unix:" + text;
    if (text.size() >= sizeof(sockaddr_un::sun_path)) {
        throw std::invalid_argument{
            strprintf("Unix address path \"%s\" exceeded maximum socket path length", text)};
    }
    return path;
}

int ListenUnix(const fs::path& path)
{
    PrepareFolder(path);
    const sockaddr_un address{Address(path)};
    if (fs::symlink_status(path).type() == fs::file_type::socket) {
        if (IsLive(address)) Fail("another process listens there", EADDRINUSE);
        fs::remove(path);
    }
    Descriptor fd{OpenSocket()};
    if (::bind(fd.get(), Generic(address), sizeof(address)) != 0) Fail("bind");
    // Nobody can connect before listen().
    if (::chmod(address.sun_path, S_IRUSR | S_IWUSR) != 0) Fail("chmod");
    if (::listen(fd.get(), BACKLOG) != 0) Fail("listen");
    return fd.release();
}

int ConnectUnix(const fs::path& path)
{
    const sockaddr_un address{Address(path)};
    Descriptor fd{OpenSocket()};
    if (::connect(fd.get(), Generic(address), sizeof(address)) != 0) {
        Fail(fs::PathToString(path));
    }
    return fd.release();
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
