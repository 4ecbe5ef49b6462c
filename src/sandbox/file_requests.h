#ifndef MPBITCOIN_SANDBOX_FILE_REQUESTS_H
#define MPBITCOIN_SANDBOX_FILE_REQUESTS_H

#include <climits>
#include <cstdint>

namespace mpbitcoin {
//! What a process that is fenced in asks another one to do with a file. A message of a socket pair
//! is one such request with the absolute path behind it, without a final zero; behind the path of
//! RENAME come a zero and the new path. The answer is a number, 0 or an error of errno, and for
//! OPEN the descriptor. One request at a time.
struct FileRequest
{
    enum class Action : uint32_t { OPEN, MAKE_FOLDER, REMOVE_FILE, REMOVE_FOLDER, RENAME };

    Action action;
    //! Those of open().
    int32_t flags;
    uint32_t mode;
};

constexpr unsigned MAX_FILE_REQUEST{sizeof(FileRequest) + 2 * PATH_MAX};
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_FILE_REQUESTS_H
