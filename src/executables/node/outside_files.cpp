#include <executables/common/file_requests.h>
#include <executables/node/outside_files.h>
#include <fcntl.h>
#include <logging.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <util/threadnames.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>

namespace mpbitcoin {
namespace {
using Path = OutsideFiles::Path;

//! The path as the system would follow it, as far as it exists.
Path Resolved(const Path& path)
{
    std::error_code error;
    auto resolved{std::filesystem::weakly_canonical(std::filesystem::absolute(path), error)};
    // A folder's name may end in a slash, behind which is an empty name.
    if (!resolved.has_filename()) resolved = resolved.parent_path();
    return error ? Path{} : resolved;
}

bool IsBeneath(const Path& path, const Path& folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
           folder.end();
}

//! What SQLite makes beside a database, without which it can't be written.
Path WithoutSuffix(const Path& path)
{
    const std::string text{path.native()};
    for (const std::string_view suffix : {"-journal", "-wal", "-shm"}) {
        if (text.ends_with(suffix)) return text.substr(0, text.size() - suffix.size());
    }
    return path;
}

int Open(const Path& path, int flags, mode_t mode, int& descriptor)
{
    constexpr int taken{O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY};
    // Without O_NONBLOCK a pipe would be waited for. Links were followed before.
    descriptor = ::open(path.c_str(), (flags & taken) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
    if (descriptor < 0) return errno;
    struct stat status{};
    if (::fstat(descriptor, &status) == 0 && (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) &&
        ::fcntl(descriptor, F_SETFL, flags & O_APPEND) == 0) {
        return 0;
    }
    ::close(descriptor);
    return EACCES;
}

bool Answer(int socket, int error, int descriptor)
{
    iovec part{&error, sizeof(error)};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (descriptor >= 0) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* header{CMSG_FIRSTHDR(&message)};
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(descriptor));
        std::memcpy(CMSG_DATA(header), &descriptor, sizeof(descriptor));
    }
    return ::sendmsg(socket, &message, 0) >= 0; // the node ignores SIGPIPE
}
} // namespace

std::optional<int> OutsideFiles::connect()
{
#ifdef __linux__
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
        throw std::system_error{errno, std::system_category(), "socketpair"};
    }
    const std::lock_guard lock{m_mutex};
    m_served.remove_if([](const auto& served) {
        return served.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
    });
    m_served.push_back(
        std::async(std::launch::async, [this, socket = sockets[0]] { serve(socket); }));
    return sockets[1];
#else
    return std::nullopt;
#endif
}

void OutsideFiles::allow(const std::vector<Path>& wallets)
{
    for (const auto& wallet : wallets) {
        const auto path{Resolved(wallet)};
        const std::lock_guard lock{m_mutex};
        const auto known = [&](const Permission& permission) {
            return permission.kind == Permission::Kind::WALLET && permission.path == path;
        };
        if (!path.empty() && std::ranges::none_of(m_permissions, known)) {
            m_permissions.push_back({Permission::Kind::WALLET, path});
        }
    }
}

std::shared_ptr<void> OutsideFiles::lend(const std::vector<Path>& written,
                                         const std::vector<Path>& read)
{
    std::list<Permission> lent;
    for (const auto& path : written) {
        lent.push_back({Permission::Kind::WRITTEN_FILE, Resolved(path)});
    }
    for (const auto& path : read) {
        lent.push_back({Permission::Kind::READ_FILE, Resolved(path)});
    }
    if (lent.empty()) return nullptr;
    const auto count{lent.size()};
    const std::lock_guard lock{m_mutex};
    const auto first{lent.begin()};
    m_permissions.splice(m_permissions.begin(), lent);
    // Whatever is put before or taken away behind, these stay neighbours.
    return {nullptr, [self = shared_from_this(), first, count](void*) {
                const std::lock_guard lock{self->m_mutex};
                self->m_permissions.erase(first, std::next(first, count));
            }};
}

void OutsideFiles::serve(int socket)
{
    util::ThreadRename("files");
    std::array<char, MAX_FILE_REQUEST> message;
    while (true) {
        const auto got{::recv(socket, message.data(), message.size(), 0)};
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        int descriptor{-1};
        int error{EINVAL};
        FileRequest request;
        if (static_cast<size_t>(got) > sizeof(request)) {
            std::memcpy(&request, message.data(), sizeof(request));
            const std::string_view path{message.data() + sizeof(request), got - sizeof(request)};
            error = perform(request, Resolved(path), descriptor);
        }
        const bool heard{Answer(socket, error, error ? -1 : descriptor)};
        if (!error && descriptor >= 0) ::close(descriptor);
        if (!heard) break;
    }
    ::close(socket);
}

int OutsideFiles::perform(const FileRequest& request, const Path& path, int& descriptor)
{
    using Action = FileRequest::Action;
    if (path.empty() || !allowed(request, path)) {
        LogWarning("The wallet process wanted a file outside: %s", path.native());
        return EACCES;
    }
    switch (request.action) {
    case Action::OPEN:
        return Open(path, request.flags, request.mode, descriptor);
    case Action::REMOVE_FILE:
        return ::unlink(path.c_str()) == 0 ? 0 : errno;
    case Action::REMOVE_FOLDER:
        return ::rmdir(path.c_str()) == 0 ? 0 : errno;
    case Action::MAKE_FOLDER:
        return ::mkdir(path.c_str(), request.mode) == 0 ? 0 : errno;
    }
    return EINVAL;
}

bool OutsideFiles::allowed(const FileRequest& request, const Path& path)
{
    const std::lock_guard lock{m_mutex};
    return std::ranges::any_of(m_permissions, [&](const Permission& permission) {
        return permission.covers(request, path);
    });
}

bool OutsideFiles::Permission::covers(const FileRequest& request, const Path& wanted) const
{
    using Action = FileRequest::Action;
    constexpr int writes{O_WRONLY | O_RDWR | O_CREAT | O_TRUNC};
    switch (kind) {
    case Kind::WALLET:
        // The way to a new one is made, too.
        return IsBeneath(wanted, path) ||
               (request.action == Action::MAKE_FOLDER && IsBeneath(path, wanted));
    case Kind::WRITTEN_FILE:
        return (request.action == Action::OPEN || request.action == Action::REMOVE_FILE) &&
               WithoutSuffix(wanted) == path;
    case Kind::READ_FILE:
        return request.action == Action::OPEN && !(request.flags & writes) && wanted == path;
    }
    return false;
}
} // namespace mpbitcoin
