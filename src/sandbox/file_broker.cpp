#include <fcntl.h>
#include <logging.h>
#include <os/error.h>
#include <os/paths.h>
#include <sandbox/file_broker.h>
#include <sandbox/walked_path.h>
#include <sys/socket.h>
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
#include <utility>

namespace mpbitcoin {
namespace {
using Path = FileBroker::Path;

//! The path as the system follows it, as far as it exists. Empty if it can't be resolved.
Path Resolved(const Path& path)
{
    std::error_code error;
    const auto absolute{std::filesystem::absolute(path, error)};
    if (error) return {};
    auto resolved{std::filesystem::weakly_canonical(absolute, error)};
    // A path that ends in a slash has an empty file name.
    if (!resolved.has_filename()) resolved = resolved.parent_path();
    return error ? Path{} : resolved;
}

//! The path of a file that is created, removed or renamed: a link in the last place is not
//! followed.
Path ResolvedFolder(const Path& path)
{
    const auto folder{Resolved(path.has_filename() ? path.parent_path() : path)};
    return folder.empty() || !path.has_filename() ? folder : folder / path.filename();
}

//! The database of a file that SQLite creates beside it and needs for writing.
Path WithoutSuffix(const Path& path)
{
    const std::string text{path.native()};
    for (const std::string_view suffix : {"-journal", "-wal", "-shm"}) {
        if (text.ends_with(suffix)) return text.substr(0, text.size() - suffix.size());
    }
    return path;
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

std::optional<int> FileBroker::connect()
{
#ifdef __linux__
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
        Fail("socketpair");
    }
    const Lock lock{m_mutex};
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

std::list<FileBroker::Permission> FileBroker::permissions(const OutsideFileNames& names)
{
    using Kind = Permission::Kind;
    std::list<Permission> permissions;
    const auto add = [&](Kind kind, const OutsideFileNames::Paths& paths) {
        for (const auto& path : paths) {
            if (auto resolved{Resolved(path)}; !resolved.empty()) {
                permissions.push_back({kind, std::move(resolved)});
            }
        }
    };
    add(Kind::WALLET, names.wallets);
    add(Kind::DATABASE, names.databases);
    add(Kind::READ_FILE, names.read);
    return permissions;
}

void FileBroker::allow(const OutsideFileNames& names)
{
    for (auto& permission : permissions(names)) {
        const Lock lock{m_mutex};
        if (std::ranges::find(m_allowed, permission) == m_allowed.end()) {
            m_allowed.push_back(std::move(permission));
        }
    }
}

std::shared_ptr<void> FileBroker::lend(const OutsideFileNames& names)
{
    auto lent{permissions(names)};
    if (lent.empty()) return nullptr;
    const auto count{lent.size()};
    const Lock lock{m_mutex};
    const auto first{lent.begin()};
    m_lent.splice(m_lent.begin(), lent);
    // Insertions and removals elsewhere in the list keep these entries together.
    return {nullptr, [self = shared_from_this(), first, count](void*) {
                const Lock lock{self->m_mutex};
                self->m_lent.erase(first, std::next(first, count));
            }};
}

void FileBroker::serve(int socket)
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
            error = perform(request, {message.data() + sizeof(request), got - sizeof(request)},
                            descriptor);
        }
        const bool heard{Answer(socket, error, error ? -1 : descriptor)};
        if (!error && descriptor >= 0) ::close(descriptor);
        if (!heard) break;
    }
    ::close(socket);
}

int FileBroker::perform(const FileRequest& request, std::string_view paths, int& descriptor)
{
    using Action = FileRequest::Action;
    const bool follows{request.action == Action::OPEN && !(request.flags & O_NOFOLLOW)};
    const auto resolve = [follows](std::string_view path) {
        return follows ? Resolved(path) : ResolvedFolder(path);
    };
    const auto zero{std::min(paths.find('\0'), paths.size())};
    const auto path{resolve(paths.substr(0, zero))};
    const auto new_path{request.action == Action::RENAME
                            ? resolve(paths.substr(std::min(zero + 1, paths.size())))
                            : path};
    if (!allowed(request, path) || !allowed(request, new_path)) {
        // SQLite opens a database's folder only to write its entries to the disk.
        if (request.action == Action::OPEN && holdsDatabase(path)) {
            WalkedPath{path}.sync();
        } else {
            LogWarning("The wallet process may not use %s", path.native());
        }
        return EACCES;
    }
    const WalkedPath file{path};
    switch (request.action) {
    case Action::OPEN:
        return file.open(request.flags, request.mode, descriptor);
    case Action::REMOVE_FILE:
        return file.removeFile();
    case Action::REMOVE_FOLDER:
        return file.removeFolder();
    case Action::MAKE_FOLDER:
        return file.makeFolder(request.mode);
    case Action::RENAME:
        return file.renameTo(WalkedPath{new_path});
    }
    return EINVAL;
}

template <typename Condition>
bool FileBroker::isPermitted(const Condition& condition)
{
    const Lock lock{m_mutex};
    return std::ranges::any_of(m_allowed, condition) || std::ranges::any_of(m_lent, condition);
}

bool FileBroker::holdsDatabase(const Path& folder)
{
    return isPermitted([&](const Permission& permission) {
        return permission.kind == Permission::Kind::DATABASE &&
               permission.path.parent_path() == folder;
    });
}

bool FileBroker::allowed(const FileRequest& request, const Path& path)
{
    if (path.empty()) return false;
    return isPermitted(
        [&](const Permission& permission) { return permission.covers(request, path); });
}

bool FileBroker::Permission::covers(const FileRequest& request, const Path& wanted) const
{
    using Action = FileRequest::Action;
    constexpr int writes{O_WRONLY | O_RDWR | O_CREAT | O_TRUNC};
    switch (kind) {
    case Kind::WALLET:
        // The wallet may also create the folders above a new one.
        return IsBeneath(wanted, path) ||
               (request.action == Action::MAKE_FOLDER && IsBeneath(path, wanted));
    case Kind::DATABASE:
        return (request.action == Action::OPEN || request.action == Action::REMOVE_FILE) &&
               WithoutSuffix(wanted) == path;
    case Kind::READ_FILE:
        return request.action == Action::OPEN && !(request.flags & writes) && wanted == path;
    }
    return false;
}
} // namespace mpbitcoin
