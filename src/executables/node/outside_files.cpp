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
#include <cstring>
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

OutsideFiles::~OutsideFiles()
{
    for (auto& thread : m_threads) {
        thread.join();
    }
}

std::optional<int> OutsideFiles::connect()
{
#ifdef __linux__
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets.data()) != 0) {
        throw std::system_error{errno, std::system_category(), "socketpair"};
    }
    const std::lock_guard lock{m_mutex};
    m_threads.emplace_back([this, socket = sockets[0]] { serve(socket); });
    return sockets[1];
#else
    return std::nullopt;
#endif
}

void OutsideFiles::allow(const std::vector<Path>& paths)
{
    const std::lock_guard lock{m_mutex};
    for (const auto& path : paths) {
        const auto resolved{Resolved(path)};
        if (!resolved.empty() && !m_allowed.contains(resolved)) m_allowed.insert(resolved);
    }
}

std::shared_ptr<void> OutsideFiles::lend(const std::vector<Path>& paths)
{
    if (paths.empty()) return nullptr;
    std::vector<Path> lent;
    std::ranges::transform(paths, std::back_inserter(lent), Resolved);
    std::erase(lent, Path{});
    const std::lock_guard lock{m_mutex};
    m_allowed.insert(lent.begin(), lent.end());
    return {nullptr, [self = shared_from_this(), lent](void*) {
                const std::lock_guard lock{self->m_mutex};
                for (const auto& path : lent) {
                    self->m_allowed.erase(self->m_allowed.find(path));
                }
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
    if (request.action == Action::MAKE_FOLDER && (allowed(path) || leadsToAllowed(path))) {
        return ::mkdir(path.c_str(), request.mode) == 0 ? 0 : errno;
    }
    if (!allowed(path)) {
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
        break;
    }
    return EINVAL;
}

bool OutsideFiles::allowed(const Path& path)
{
    const Path database{WithoutSuffix(path)};
    const std::lock_guard lock{m_mutex};
    return std::ranges::any_of(
        m_allowed, [&](const Path& known) { return IsBeneath(path, known) || database == known; });
}

bool OutsideFiles::leadsToAllowed(const Path& folder)
{
    const std::lock_guard lock{m_mutex};
    return std::ranges::any_of(m_allowed,
                               [&](const Path& known) { return IsBeneath(known, folder); });
}
} // namespace mpbitcoin
