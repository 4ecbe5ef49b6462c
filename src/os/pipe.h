#ifndef MPBITCOIN_OS_PIPE_H
#define MPBITCOIN_OS_PIPE_H

#include <fcntl.h>
#include <os/descriptor.h>
#include <os/error.h>
#include <unistd.h>

#include <array>

namespace mpbitcoin {
//! The two ends of a pipe, the reading one first. Other programs do not inherit them. Throws
//! std::system_error.
inline std::array<Descriptor, 2> MakePipe()
{
    std::array<int, 2> ends;
#ifdef __APPLE__
    if (::pipe(ends.data()) != 0) Fail("pipe");
    for (const int end : ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
#else
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) Fail("pipe");
#endif
    return {Descriptor{ends[0]}, Descriptor{ends[1]}};
}
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_PIPE_H
