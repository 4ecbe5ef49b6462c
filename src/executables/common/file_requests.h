#ifndef MPBITCOIN_EXECUTABLES_COMMON_FILE_REQUESTS_H
#define MPBITCOIN_EXECUTABLES_COMMON_FILE_REQUESTS_H

#include <climits>
#include <cstdint>

namespace mpbitcoin {
//! What a process that is fenced in asks another one to do with a file. A message of a socket pair
//! is one such request with the absolute path behind it, without a final zero. The answer is a
//! number, 0 or an error of errno, and for OPEN the descriptor. One request at a time.
struct FileRequest
{
    enum class Action : uint32_t { OPEN, MAKE_FOLDER, REMOVE_FILE, REMOVE_FOLDER };

    Action action;
    //! Those of open().
    int32_t flags;
    uint32_t mode;
};

constexpr unsigned MAX_FILE_REQUEST{sizeof(FileRequest) + PATH_MAX};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_FILE_REQUESTS_H
