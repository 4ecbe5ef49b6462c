#ifndef MPBITCOIN_SANDBOX_TEST_WAITER_H
#define MPBITCOIN_SANDBOX_TEST_WAITER_H

#include <fcntl.h>
#include <os/mutex.h>
#include <sandbox/test/attempts.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kj/test.h>

#include <atomic>
#include <thread>

namespace mpbitcoin::test {
//! A thread that waits in a system call or a lock until Finish() lets it try what is refused.
class Waiter
{
public:
    enum class How { READ, POLL, LOCK, DEAF };

    Waiter(How how, const Folders& folders) : m_how{how}, m_folders{folders}
    {
        KJ_EXPECT(pipe(m_pipe) == 0);
        m_thread = std::thread{[this] {
            Wait();
            socket_error = SocketError(AF_INET, SOCK_STREAM);
            open_error = OpenError(m_folders.outside / "file", O_RDONLY);
        }};
        while (!m_waiting)
            std::this_thread::yield();
    }

    void Finish()
    {
        {
            const Lock lock{m_mutex};
            m_may_try = true;
        }
        m_condition.notifyOne();
        KJ_EXPECT(write(m_pipe[1], "x", 1) == 1);
        m_thread.join();
    }

    int socket_error{0};
    int open_error{0};

private:
    void Wait()
    {
        sigset_t all;
        sigfillset(&all);
        if (m_how == How::DEAF) pthread_sigmask(SIG_BLOCK, &all, nullptr);
        m_waiting = true;
        char byte{0};
        if (m_how == How::LOCK) {
            const Lock lock{m_mutex};
            while (!m_may_try) {
                m_condition.wait(m_mutex);
            }
        } else if (m_how == How::POLL) {
            WaitReadable(m_pipe[0]);
        } else {
            KJ_ASSERT(read(m_pipe[0], &byte, 1) == 1);
        }
        if (m_how == How::DEAF) pthread_sigmask(SIG_UNBLOCK, &all, nullptr);
    }

    How m_how;
    Folders m_folders;
    int m_pipe[2]{};
    Mutex m_mutex;
    Condition m_condition;
    bool m_may_try OS_GUARDED_BY(m_mutex){false};
    std::atomic<bool> m_waiting{false};
    std::thread m_thread;
};
} // namespace mpbitcoin::test

#endif // MPBITCOIN_SANDBOX_TEST_WAITER_H
