#ifndef MPBITCOIN_EXECUTABLES_NODE_CHILD_PROCESS_H
#define MPBITCOIN_EXECUTABLES_NODE_CHILD_PROCESS_H

#include <os/mutex.h>
#include <sys/types.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>

namespace mpbitcoin {
//! A process that we have started. It is waited for as soon as it ends, and its end is logged.
class ChildProcess
{
public:
    //! Throws std::system_error when there is no thread to wait; the process is killed then.
    ChildProcess(std::string name, pid_t pid);
    //! Waits for the end; a process that takes too long is killed.
    ~ChildProcess();
    //! End a process that does not answer. Any thread.
    void kill();
    //! Whether the process has ended. Any thread; asks the system.
    bool ended() const;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

private:
    void wait();

    const std::string m_name;
    const pid_t m_pid;
    //! Held while the process is reaped: from then on its number may be another one's.
    Mutex m_mutex;
    bool m_reaped OS_GUARDED_BY(m_mutex){false};
    std::promise<void> m_ended;
    std::thread m_thread;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_CHILD_PROCESS_H
