#ifndef MPBITCOIN_OS_PATHS_H
#define MPBITCOIN_OS_PATHS_H

#include <algorithm>
#include <filesystem>

namespace mpbitcoin {
//! Whether a path is the folder or below it. Both paths are free of symbolic links.
inline bool IsBeneath(const std::filesystem::path& path, const std::filesystem::path& folder)
{
    return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
           folder.end();
}
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_PATHS_H
