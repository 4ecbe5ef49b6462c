#ifndef MPBITCOIN_OS_TEST_OPEN_DESCRIPTORS_H
#define MPBITCOIN_OS_TEST_OPEN_DESCRIPTORS_H

#include <fcntl.h>

#include <set>

namespace mpbitcoin::test {
//! The numbers of this process's open descriptors, within the range that the tests use.
inline std::set<int> OpenDescriptors()
{
    constexpr int most{2048};
    std::set<int> open;
    for (int fd{0}; fd < most; ++fd) {
        if (::fcntl(fd, F_GETFD) >= 0) open.insert(fd);
    }
    return open;
}
} // namespace mpbitcoin::test

#endif // MPBITCOIN_OS_TEST_OPEN_DESCRIPTORS_H
