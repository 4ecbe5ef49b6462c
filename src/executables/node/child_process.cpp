#include <executables/node/child_process.h>
#include <logging.h>
#include <os/spawn.h>
#include <sys/wait.h>
#include <tinyformat.h>
#include <util/threadnames.h>

#include <cerrno>
#include <csignal>

namespace mpbitcoin {
namespace {
//! A wallet that writes much data to a slow disk may take this long to end.
constexpr std::chrono::seconds PATIENCE{60};
} // namespace

ChildProcess::ChildProcess(std::string name, pid_t pid) : m_name{std::move(name)}, m_pid{pid}
{
    try {
        m_thread = std::thread{[this] { wait(); }};
    } catch (...) {
        ::kill(m_pid, SIGKILL);
        Reap(m_pid);
        throw;
    }
    LogInfo("Process %s started, pid %i", m_name, m_pid);
}

ChildProcess::~ChildProcess()
{
    if (m_ended.get_future().wait_for(PATIENCE) == std::future_status::timeout) kill();
    m_thread.join();
}

void ChildProcess::kill()
{
    const Lock lock{m_mutex};
    if (m_reaped) return;
    LogError("Process %s, pid %i, does not answer and is killed", m_name, m_pid);
    ::kill(m_pid, SIGKILL);
}

bool ChildProcess::ended() const
{
    siginfo_t info{};
    // waitid() fails after the process has been reaped.
    return ::waitid(P_PID, m_pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0;
}

void ChildProcess::wait()
{
    util::ThreadRename("child");
    siginfo_t info{};
    while (::waitid(P_PID, m_pid, &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    int status{0};
    {
        const Lock lock{m_mutex};
        status = Reap(m_pid);
        m_reaped = true;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        LogInfo("Process %s ended, pid %i", m_name, m_pid);
    } else if (WIFSIGNALED(status)) {
        LogWarning("Process %s, pid %i, was ended by signal %i", m_name, m_pid, WTERMSIG(status));
    } else {
        LogWarning("Process %s, pid %i, ended with status %i", m_name, m_pid, WEXITSTATUS(status));
    }
    m_ended.set_value();
}
} // namespace mpbitcoin
