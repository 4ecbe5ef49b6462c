#include <fcntl.h>
#include <ipc/core/process.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <tinyformat.h>
#include <unistd.h>
#include <util/fs.h>
#include <util/strencodings.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

namespace mpbitcoin {
namespace {
//! Where the child finds its sockets: the first numbers after the standard streams.
constexpr int CHILD_FD{3};
constexpr int CHILD_FILES_FD{4};
//! Where it tells why it can't start; the last that it keeps.
constexpr int CHILD_REPORT_FD{5};

[[noreturn]] void Fail(const std::string& what, int error = errno)
{
    throw std::system_error{error, std::system_category(), what};
}

fs::path OwnFolder(const std::string& argv0)
{
#ifdef __linux__
    std::error_code error;
    const auto self{std::filesystem::read_symlink("/proc/self/exe", error)};
    if (!error) return self.parent_path();
#endif
    return fs::PathFromString(argv0).parent_path();
}

//! Close all descriptors from `first` on. Between fork and exec: no allocation, no lock.
void CloseFrom(int first)
{
#ifdef SYS_close_range
    if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
    rlimit limit{};
    const bool known{::getrlimit(RLIMIT_NOFILE, &limit) == 0};
    const int end{known ? static_cast<int>(limit.rlim_cur) : 1024};
    for (int fd{first}; fd < end; ++fd) {
        ::close(fd);
    }
}

//! The child's part after fork(); tells through `report` why it failed. Without `files`, -1, its
//! number is closed.
[[noreturn]] void RunChild(int fd, int files, int report, char* const argv[])
{
    // All were made above CHILD_REPORT_FD, so none is overwritten.
    if (::dup2(fd, CHILD_FD) == CHILD_FD && ::dup2(report, CHILD_REPORT_FD) == CHILD_REPORT_FD &&
        ::fcntl(CHILD_REPORT_FD, F_SETFD, FD_CLOEXEC) == 0 &&
        (files < 0 ? (::close(CHILD_FILES_FD), true) : ::dup2(files, CHILD_FILES_FD) >= 0)) {
        CloseFrom(CHILD_REPORT_FD + 1);
        ::execv(argv[0], argv);
        report = CHILD_REPORT_FD;
    }
    const int error{errno};
    [[maybe_unused]] const auto written{::write(report, &error, sizeof(error))};
    ::_exit(127);
}

//! The descriptor under a number above those the child uses; the old one is closed.
int MovedUp(int fd)
{
    const int moved{::fcntl(fd, F_DUPFD_CLOEXEC, CHILD_REPORT_FD + 1)};
    const int error{errno};
    ::close(fd);
    if (moved < 0) Fail("fcntl", error);
    return moved;
}
} // namespace

Child Spawn(const std::string& exe_name, const std::string& argv0, std::optional<int> files_fd)
{
    const int files{files_fd ? MovedUp(*files_fd) : -1};
    struct Closed
    {
        int fd;
        ~Closed()
        {
            if (fd >= 0) ::close(fd);
        }
    } const closed{files};
    const std::string path{fs::PathToString(OwnFolder(argv0) / fs::PathFromString(exe_name))};
    std::array<int, 2> sockets{};
    std::array<int, 2> report{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets.data()) != 0) Fail("socketpair");
    if (::pipe(report.data()) != 0) Fail("pipe");
    for (int* fd : {&sockets[0], &sockets[1], &report[0], &report[1]}) {
        *fd = MovedUp(*fd);
    }
    std::vector<std::string> words{path, "-ipcfd", std::to_string(CHILD_FD)};
    if (files_fd) {
        words.emplace_back("-filesfd");
        words.push_back(std::to_string(CHILD_FILES_FD));
    }
    std::vector<char*> argv;
    for (auto& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);

    const pid_t pid{::fork()};
    if (pid == 0) RunChild(sockets[1], files, report[1], argv.data());
    const int fork_error{errno};
    ::close(sockets[1]);
    ::close(report[1]);
    int error{0};
    const auto got{pid < 0 ? 0 : ::read(report[0], &error, sizeof(error))};
    ::close(report[0]);
    if (pid < 0 || got > 0) {
        ::close(sockets[0]);
        if (pid < 0) Fail("fork", fork_error);
        ::waitpid(pid, nullptr, 0);
        Fail("cannot run " + path, error);
    }
    return {pid, sockets[0]};
}

std::optional<int> SpawnedDescriptor(int argc, char* argv[], const char* option)
{
    if (argc < 3 || std::strcmp(argv[1], "-ipcfd") != 0) return std::nullopt;
    for (int i{1}; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], option) != 0) continue;
        const auto fd{ToIntegral<int>(argv[i + 1])};
        if (!fd || ::fcntl(*fd, F_GETFD) < 0) {
            throw std::runtime_error{strprintf("Invalid %s number '%s'", option, argv[i + 1])};
        }
        ::fcntl(*fd, F_SETFD, FD_CLOEXEC);
        return *fd;
    }
    return std::nullopt;
}

int WaitOrKill(pid_t pid, std::chrono::milliseconds patience)
{
    const auto deadline{std::chrono::steady_clock::now() + patience};
    int status{0};
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > deadline) {
            ::kill(pid, SIGKILL);
            ::waitpid(pid, &status, 0);
            return status;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return status;
}
} // namespace mpbitcoin
