#include <fcntl.h>
#include <os/close_from.h>
#include <os/error.h>
#include <os/pipe.h>
#include <os/spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace mpbitcoin {
namespace {
//! The child's sockets have the first numbers after the standard streams.
constexpr int CHILD_FD{3};
constexpr int CHILD_FILES_FD{4};
//! The child reports on this descriptor why it can't start. It is the child's highest one.
constexpr int CHILD_REPORT_FD{5};

std::filesystem::path OwnFolder(const std::string& argv0)
{
#ifdef __linux__
    std::error_code error;
    const auto self{std::filesystem::read_symlink("/proc/self/exe", error)};
    if (!error) return self.parent_path();
#endif
    return std::filesystem::path{argv0}.parent_path();
}

//! A duplicate with a number above those that the child uses.
Descriptor MovedUp(const Descriptor& fd)
{
    Descriptor moved{::fcntl(fd.get(), F_DUPFD_CLOEXEC, CHILD_REPORT_FD + 1)};
    if (!moved) Fail("fcntl");
    return moved;
}

using Pair = std::array<Descriptor, 2>;

//! Duplicates of both with numbers above those that the child uses. Programs that other threads
//! start do not inherit them.
Pair MovedUp(const std::array<int, 2>& pair)
{
    const Pair made{Descriptor{pair[0]}, Descriptor{pair[1]}};
    return {MovedUp(made[0]), MovedUp(made[1])};
}

Pair SocketPair()
{
    std::array<int, 2> pair;
#ifdef SOCK_CLOEXEC
    constexpr int type{SOCK_STREAM | SOCK_CLOEXEC};
#else
    constexpr int type{SOCK_STREAM};
#endif
    if (::socketpair(AF_UNIX, type, 0, pair.data()) != 0) Fail("socketpair");
    return MovedUp(pair);
}

Pair Pipe()
{
    const Pair made{MakePipe()};
    return {MovedUp(made[0]), MovedUp(made[1])};
}

//! The child's part after fork(). Reports why it fails. Without `files` (-1) closes that number.
[[noreturn]] void RunChild(int fd, int files, int report, char* const argv[])
{
    // All descriptors have numbers above CHILD_REPORT_FD, so dup2() overwrites none of them.
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

//! Why the child can't run its program, or 0 when it runs.
int ReadReport(int report)
{
    int error{0};
    while (::read(report, &error, sizeof(error)) < 0 && errno == EINTR) {
    }
    return error;
}
} // namespace

int Reap(pid_t pid)
{
    int status{0};
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

Child Spawn(const std::string& exe_name, const std::string& argv0, Descriptor files)
{
    const std::string path{(OwnFolder(argv0) / exe_name).string()};
    std::vector<std::string> words{path, "-ipcfd", std::to_string(CHILD_FD)};
    if (files) {
        files = MovedUp(files);
        words.emplace_back("-filesfd");
        words.push_back(std::to_string(CHILD_FILES_FD));
    }
    std::vector<char*> argv;
    for (auto& word : words) {
        argv.push_back(word.data());
    }
    argv.push_back(nullptr);
    auto [ours, childs]{SocketPair()};
    auto [report, childs_report]{Pipe()};

    const pid_t pid{::fork()};
    if (pid == 0) RunChild(childs.get(), files.get(), childs_report.get(), argv.data());
    if (pid < 0) Fail("fork");
    childs_report.reset();
    if (const int error{ReadReport(report.get())}) {
        Reap(pid);
        Fail("cannot run " + path, error);
    }
    return {pid, std::move(ours)};
}

std::optional<int> SpawnedDescriptor(int argc, char* argv[], const char* option)
{
    if (argc < 3 || std::strcmp(argv[1], "-ipcfd") != 0) return std::nullopt;
    for (int i{1}; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], option) != 0) continue;
        const std::string_view number{argv[i + 1]};
        int fd{-1};
        const auto read{std::from_chars(number.data(), number.data() + number.size(), fd)};
        if (read.ec != std::errc{} || read.ptr != number.data() + number.size() ||
            ::fcntl(fd, F_GETFD) < 0) {
            throw std::runtime_error{"Invalid " + std::string{option} + " number '" +
                                     std::string{number} + "'"};
        }
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        return fd;
    }
    return std::nullopt;
}
} // namespace mpbitcoin
