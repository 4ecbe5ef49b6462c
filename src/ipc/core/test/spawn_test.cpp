// Processes that are started: what they inherit, and that an attempt that fails leaves nothing. The
// program that is started is this one, which lists its descriptors then.

#include <fcntl.h>
#include <ipc/core/process.h>
#include <ipc/test/check.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <util/translation.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
using Numbers = std::set<int>;

//! More than any number that is used here.
constexpr int MOST{2048};

Numbers OpenDescriptors()
{
    Numbers open;
    for (int fd{0}; fd < MOST; ++fd) {
        if (::fcntl(fd, F_GETFD) >= 0) open.insert(fd);
    }
    return open;
}

Descriptor AnyFile()
{
    return Descriptor{::open("/dev/null", O_RDONLY)};
}

//! What the started process does.
int ListDescriptors(int socket)
{
    std::string list;
    for (const int fd : OpenDescriptors()) {
        list += std::to_string(fd) + " ";
    }
    return ::write(socket, list.data(), list.size()) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

std::string ListOf(Child child)
{
    std::array<char, 4096> buffer{};
    std::string list;
    ssize_t got;
    while ((got = ::read(child.socket.get(), buffer.data(), buffer.size())) > 0) {
        list.append(buffer.data(), got);
    }
    WaitOrKill(child.pid, std::chrono::seconds{10});
    return list;
}

void InheritsWhatItNeeds(const std::string& self)
{
    const auto other{AnyFile()};
    CHECK(ListOf(Spawn("spawn_test", self)) == "0 1 2 3 ");
    CHECK(ListOf(Spawn("spawn_test", self, AnyFile())) == "0 1 2 3 4 ");
}

void FailsWithoutATrace(const std::string& self)
{
    CHECK_THROWS(std::system_error, Spawn("no such program", self, AnyFile()));
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = *OpenDescriptors().rbegin() + 32;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    std::vector<Descriptor> others;
    while (auto other{AnyFile()}) {
        others.push_back(std::move(other));
    }
    // Each number of descriptors that are left makes another step fail.
    for (int left{1}; left < 16; ++left) {
        others.pop_back();
        const auto before{OpenDescriptors()};
        auto files{AnyFile()};
        CHECK_THROWS(std::system_error, Spawn("no such program", self, std::move(files)));
        CHECK(OpenDescriptors() == before);
    }
    CHECK(::waitpid(-1, nullptr, WNOHANG) < 0);
}

//! An interrupted system call is no success.
void SignalsDoNotMatter(const std::string& self)
{
    struct sigaction action{};
    action.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &action, nullptr);
    const itimerval often{{0, 200}, {0, 200}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
    for (int i{0}; i < 200; ++i) {
        CHECK_THROWS(std::system_error, Spawn("no such program", self));
    }
    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
}

#ifdef __linux__
//! From now on close_range() is unknown, as to older kernels, and who closes a number above `most`
//! is killed: there is none.
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

//! Descriptors are closed by a list of those that are open, not by trying all that may be.
void ClosesWhatIsOpen(const std::string& self)
{
    const pid_t tester{::fork()};
    if (tester == 0) {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
        const int high{::fcntl(STDIN_FILENO, F_DUPFD, 1000)};
        CHECK(high >= 1000);
        CHECK(ForbidShortcuts(high + 1));
        CHECK(ListOf(Spawn("spawn_test", self)) == "0 1 2 3 ");
        ::_exit(Result());
    }
    int status{-1};
    ::waitpid(tester, &status, 0);
    CHECK(status == 0);
}
#endif
} // namespace
} // namespace mpbitcoin::test

int main(int argc, char* argv[])
{
    using namespace mpbitcoin;
    using namespace mpbitcoin::test;
    if (const auto socket{SpawnedDescriptor(argc, argv)}) return ListDescriptors(*socket);
    const std::string self{argv[0]};
    InheritsWhatItNeeds(self);
    FailsWithoutATrace(self);
    SignalsDoNotMatter(self);
#ifdef __linux__
    ClosesWhatIsOpen(self);
#endif
    return Result();
}
