// Started processes: what they inherit, and that a failed attempt leaves nothing.

#include <fcntl.h>
#include <os/spawn.h>
#include <os/test/open_descriptors.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <test/child.h>
#include <test/errors.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

namespace mpbitcoin::test {
namespace {
constexpr const char* LISTER{"list_descriptors"};
constexpr const char* MISSING{"no such program"};
constexpr const char* EXHAUSTED{": Too many open files"};

//! This executable. The other programs are in its folder.
std::string Self()
{
    return std::filesystem::absolute(TEST_FOLDER "/spawn_test").string();
}

std::string MissingError()
{
    const std::filesystem::path folder{TEST_FOLDER};
    return "cannot run " + (folder / MISSING).string() + ": No such file or directory";
}

Descriptor AnyFile()
{
    return Descriptor{::open("/dev/null", O_RDONLY)};
}

//! The output of the started program.
std::string ListOf(Child child)
{
    std::array<char, 4096> buffer{};
    std::string list;
    ssize_t got;
    while ((got = ::read(child.socket.get(), buffer.data(), buffer.size())) > 0) {
        list.append(buffer.data(), got);
    }
    KJ_EXPECT(Reap(child.pid) == 0);
    return list;
}

void SetDescriptorLimit(rlim_t limit)
{
    rlimit limits{};
    KJ_ASSERT(::getrlimit(RLIMIT_NOFILE, &limits) == 0);
    limits.rlim_cur = limit;
    KJ_ASSERT(::setrlimit(RLIMIT_NOFILE, &limits) == 0);
}

KJ_TEST("a child inherits its sockets and the standard streams")
{
    const auto other{AnyFile()};
    KJ_EXPECT(ListOf(Spawn(LISTER, Self())) == "0 1 2 3 ");
    KJ_EXPECT(ListOf(Spawn(LISTER, Self(), AnyFile())) == "0 1 2 3 4 ");
}

KJ_TEST("a program that is missing leaves no trace")
{
    const auto before{OpenDescriptors()};
    EXPECT_ERROR(MissingError(), Spawn(MISSING, Self(), AnyFile()));
    KJ_EXPECT(OpenDescriptors() == before);
    KJ_EXPECT(::waitpid(-1, nullptr, WNOHANG) < 0);
}

KJ_TEST("an attempt without descriptors leaves no trace")
{
    InChild([] {
        SetDescriptorLimit(*OpenDescriptors().rbegin() + 32);
        std::vector<Descriptor> others;
        while (auto other{AnyFile()}) {
            others.push_back(std::move(other));
        }
        // Each number of free descriptors makes another step fail.
        for (int left{1}; left < 16; ++left) {
            others.pop_back();
            const auto before{OpenDescriptors()};
            auto files{AnyFile()};
            const std::string error{ErrorOf([&] { Spawn(MISSING, Self(), std::move(files)); })};
            KJ_EXPECT(error.ends_with(left < 7 ? EXHAUSTED : MissingError()), left, error.c_str());
            KJ_EXPECT(OpenDescriptors() == before);
        }
        KJ_EXPECT(::waitpid(-1, nullptr, WNOHANG) < 0);
    });
}

KJ_TEST("an interrupted system call is not a success")
{
    struct sigaction action{};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, nullptr);
    const itimerval often{{0, 200}, {0, 200}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
    for (int i{0}; i < 200; ++i) {
        EXPECT_ERROR(MissingError(), Spawn(MISSING, Self()));
    }
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
}

#ifdef __linux__
//! From now on close_range() is unknown, as in older kernels, and closing a number above `most`
//! kills the process: no such number is open.
bool ForbidShortcuts(unsigned int most)
{
    sock_filter filter[]{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close_range, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close, 0, 2),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, most, 2, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    const sock_fprog program{std::size(filter), filter};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

KJ_TEST("descriptors are closed from the list of open ones")
{
    InChild([] {
        rlimit limits{};
        KJ_ASSERT(::getrlimit(RLIMIT_NOFILE, &limits) == 0);
        SetDescriptorLimit(limits.rlim_max);
        const int high{::fcntl(STDIN_FILENO, F_DUPFD, 1000)};
        KJ_ASSERT(high >= 1000);
        KJ_ASSERT(ForbidShortcuts(high + 1));
        KJ_EXPECT(ListOf(Spawn(LISTER, Self())) == "0 1 2 3 ");
    });
}
#endif
} // namespace
} // namespace mpbitcoin::test
