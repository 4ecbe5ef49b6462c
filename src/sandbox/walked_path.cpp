#include <fcntl.h>
#include <sandbox/walked_path.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace mpbitcoin {
namespace {
#ifndef O_PATH
constexpr int O_PATH{O_RDONLY}; // every system with a sandbox has O_PATH
#endif

int ErrorOf(int result)
{
    return result < 0 ? errno : 0;
}
} // namespace

WalkedPath::WalkedPath(const std::filesystem::path& path) : m_name{path.filename()}
{
    constexpr int step{O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC};
    m_folder = Descriptor{::open("/", step)};
    for (const auto& name : path.parent_path().relative_path()) {
        if (m_folder) m_folder = Descriptor{::openat(m_folder.get(), name.c_str(), step)};
    }
    m_error = m_folder ? 0 : errno;
    // Resolved paths never end like this.
    if (m_name.empty() || m_name == "." || m_name == "..") m_error = EACCES;
}

int WalkedPath::open(int flags, mode_t mode, int& descriptor) const
{
    if (m_error) return m_error;
    constexpr int taken{O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY};
    // Without O_NONBLOCK, opening a pipe would wait.
    Descriptor opened{::openat(m_folder.get(), m_name.c_str(),
                               (flags & taken) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode)};
    if (!opened) return errno;
    struct stat status{};
    if (::fstat(opened.get(), &status) != 0) return errno;
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return EACCES;
    if (::fcntl(opened.get(), F_SETFL, flags & O_APPEND) != 0) return errno;
    descriptor = opened.release();
    return 0;
}

int WalkedPath::makeFolder(mode_t mode) const
{
    return m_error ? m_error : ErrorOf(::mkdirat(m_folder.get(), m_name.c_str(), mode));
}

int WalkedPath::removeFile() const
{
    return m_error ? m_error : ErrorOf(::unlinkat(m_folder.get(), m_name.c_str(), 0));
}

int WalkedPath::removeFolder() const
{
    return m_error ? m_error : ErrorOf(::unlinkat(m_folder.get(), m_name.c_str(), AT_REMOVEDIR));
}

int WalkedPath::renameTo(const WalkedPath& target) const
{
    if (const int error{m_error ? m_error : target.m_error}) return error;
    return ErrorOf(
        ::renameat(m_folder.get(), m_name.c_str(), target.m_folder.get(), target.m_name.c_str()));
}

int WalkedPath::sync() const
{
    int descriptor{-1};
    if (const int error{open(O_RDONLY | O_DIRECTORY, 0, descriptor)}) return error;
    const Descriptor folder{descriptor};
    return ErrorOf(::fsync(folder.get()));
}
} // namespace mpbitcoin
