#include "process.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>

namespace bench {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Fail(const char* what)
{
    throw std::system_error(errno, std::system_category(), what);
}

//! Sum of the numbers after the keys that `wanted` accepts, in a file of "key: number" lines.
template <typename Wanted>
std::uint64_t Sum(const fs::path& file, const Wanted& wanted)
{
    std::ifstream lines{file};
    std::uint64_t sum{0};
    for (std::string line; std::getline(lines, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos || !wanted(line.substr(0, colon))) continue;
        sum += std::strtoull(line.c_str() + colon + 1, nullptr, 10);
    }
    return sum;
}

//! User and system time in ticks: the 14th and 15th word of /proc/<pid>/stat.
std::uint64_t CpuTicks(const fs::path& process)
{
    std::ifstream file{process / "stat"};
    std::string text;
    std::getline(file, text);
    // The second word may hold anything, but it ends with the last parenthesis.
    std::istringstream words{text.substr(text.rfind(')') + 1)};
    std::string word;
    std::uint64_t ticks{0};
    for (int number{3}; number <= 15 && words >> word; ++number) {
        if (number >= 14) ticks += std::strtoull(word.c_str(), nullptr, 10);
    }
    return ticks;
}

} // namespace

Peer::Peer(const std::function<void(int fd)>& serve)
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) Fail("socketpair");
    m_pid = fork();
    if (m_pid < 0) Fail("fork");
    m_fd = fds[0];
    if (m_pid > 0) {
        close(fds[1]);
        return;
    }
    close(fds[0]);
    try {
        serve(fds[1]);
        _exit(EXIT_SUCCESS);
    } catch (const std::exception& error) {
        std::cerr << "server: " << error.what() << '\n';
    }
    _exit(EXIT_FAILURE);
}

Peer::~Peer()
{
    if (m_fd >= 0) close(m_fd);
    waitpid(m_pid, nullptr, 0);
}

int Peer::releaseFd()
{
    return std::exchange(m_fd, -1);
}

Counters ReadCounters(pid_t pid)
{
    Counters result;
    const fs::path process{"/proc/" + std::to_string(pid)};
    std::error_code error;
    for (const auto& task : fs::directory_iterator{process / "task", error}) {
        result.switches += Sum(task.path() / "status", [](const std::string& key) {
            return key == "voluntary_ctxt_switches" || key == "nonvoluntary_ctxt_switches";
        });
    }
    result.cpu_ticks = CpuTicks(process);
    result.bytes_read = Sum(process / "io", [](const std::string& key) { return key == "rchar"; });
    result.bytes_written =
        Sum(process / "io", [](const std::string& key) { return key == "wchar"; });
    return result;
}

void SendAll(int fd, const char* data, std::size_t size)
{
    while (size > 0) {
        const ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) Fail("send");
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
}

bool ReceiveAll(int fd, char* data, std::size_t size)
{
    while (size > 0) {
        const ssize_t received = recv(fd, data, size, 0);
        if (received < 0 && errno == EINTR) continue;
        if (received < 0) Fail("recv");
        if (received == 0) return false;
        data += received;
        size -= static_cast<std::size_t>(received);
    }
    return true;
}

} // namespace bench
