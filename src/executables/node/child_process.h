#ifndef MPBITCOIN_EXECUTABLES_NODE_CHILD_PROCESS_H
#define MPBITCOIN_EXECUTABLES_NODE_CHILD_PROCESS_H

#include <os/mutex.h>
#include <sys/types.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>

namespace mpbitcoin {
//! A process that we started. A thread reaps it as soon as it ends, and logs its end.
class ChildProcess
{
public:
    //! Throws std::system_error when it cannot start that thread; then the process is killed.
    ChildProcess(std::string name, pid_t pid);
    //! Waits for the end and kills a process that takes too long.
    ~ChildProcess();
    //! Kill a process that does not answer. Any thread.
    void kill();
    //! Whether the process has ended. Any thread; makes a system call.
    bool ended() const;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

private:
    void wait();

    const std::string m_name;
    const pid_t m_pid;
    //! Held while the process is reaped: afterwards its number may belong to another process.
    Mutex m_mutex;
    bool m_reaped OS_GUARDED_BY(m_mutex){false};
    std::promise<void> m_ended;
    std::thread m_thread;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_CHILD_PROCESS_H
