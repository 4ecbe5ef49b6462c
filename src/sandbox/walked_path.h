#ifndef MPBITCOIN_SANDBOX_WALKED_PATH_H
#define MPBITCOIN_SANDBOX_WALKED_PATH_H

#include <os/descriptor.h>
#include <sandbox/file_requests.h>
#include <sys/types.h>

#include <filesystem>
#include <string>

namespace mpbitcoin {
//! A file in a folder that was reached step by step without symbolic links: later changes of the
//! folders above have no effect. Like openat2() with RESOLVE_NO_SYMLINKS, for all kernels.
//! Functions return an error number, or 0.
class WalkedPath
{
public:
    //! `path` is absolute and has no links. If it can't be walked, all other functions fail.
    explicit WalkedPath(const std::filesystem::path& path);

    //! Open a file or folder. Fails for all other types and for links.
    int open(int flags, mode_t mode, int& descriptor) const;
    int makeFolder(mode_t mode) const;
    int removeFile() const;
    int removeFolder() const;
    int renameTo(const WalkedPath& target) const;
    //! Write a folder's entries to the disk.
    int sync() const;

private:
    Descriptor m_folder{-1};
    std::string m_name;
    int m_error{0};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_WALKED_PATH_H
