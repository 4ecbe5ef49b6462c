#include <fcntl.h>
#include <os/close_from.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#ifdef __linux__
#include <sys/syscall.h>
#endif

namespace mpbitcoin {
namespace {
//! Where the system can't list open descriptors, CloseFrom() tries all numbers below this one. The
//! limit of a process may be 1,000,000,000.
constexpr rlim_t MOST_TRIED{1 << 16};

#ifdef __linux__
//! The layout of a directory entry of getdents64(): the offsets of its length and its name.
constexpr size_t LENGTH_OFFSET{16};
constexpr size_t NAME_OFFSET{19};

//! The number in a directory entry's name; -1 for "." and "..".
int Number(const char* name)
{
    int number{0};
    for (; *name; ++name) {
        if (*name < '0' || *name > '9') return -1;
        number = 10 * number + (*name - '0');
    }
    return number;
}

//! Close the descriptors that the kernel lists. Returns false when the kernel lists none.
bool CloseListed(int first)
{
    ::close(first); // the list needs a descriptor, and all may be in use
    const int list{::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (list < 0) return false;
    alignas(uint64_t) char buffer[4096];
    long got;
    while ((got = ::syscall(SYS_getdents64, list, buffer, sizeof(buffer))) > 0) {
        for (const char* entry{buffer}; entry < buffer + got;) {
            uint16_t length;
            std::memcpy(&length, entry + LENGTH_OFFSET, sizeof(length));
            const int fd{Number(entry + NAME_OFFSET)};
            if (fd >= first && fd != list) ::close(fd);
            entry += length;
        }
    }
    ::close(list);
    return got == 0;
}
#endif
} // namespace

void CloseFrom(int first)
{
#ifdef SYS_close_range
    if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
#ifdef __linux__
    if (CloseListed(first)) return;
#endif
    rlimit limit{};
    const bool known{::getrlimit(RLIMIT_NOFILE, &limit) == 0};
    const auto end{static_cast<int>(known ? std::min(limit.rlim_cur, MOST_TRIED) : MOST_TRIED)};
    for (int fd{first}; fd < end; ++fd) {
        ::close(fd);
    }
}
} // namespace mpbitcoin
