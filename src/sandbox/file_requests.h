#ifndef MPBITCOIN_SANDBOX_FILE_REQUESTS_H
#define MPBITCOIN_SANDBOX_FILE_REQUESTS_H

#include <climits>
#include <cstdint>

namespace mpbitcoin {
//! The request of a sandboxed process to another one. A message of the socket pair is one such
//! request, followed by the absolute path without a final zero. For RENAME, a zero and the new path
//! follow. The answer is a number (0 or an errno value) and, for OPEN, the descriptor. One request
//! at a time.
struct FileRequest
{
    enum class Action : uint32_t { OPEN, MAKE_FOLDER, REMOVE_FILE, REMOVE_FOLDER, RENAME };

    Action action;
    //! The flags of open().
    int32_t flags;
    uint32_t mode;
};

constexpr unsigned MAX_FILE_REQUEST{sizeof(FileRequest) + 2 * PATH_MAX};
} // namespace mpbitcoin

#endif // MPBITCOIN_SANDBOX_FILE_REQUESTS_H
