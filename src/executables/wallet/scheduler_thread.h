#ifndef MPBITCOIN_EXECUTABLES_WALLET_SCHEDULER_THREAD_H
#define MPBITCOIN_EXECUTABLES_WALLET_SCHEDULER_THREAD_H

#include <scheduler.h>

#include <thread>

namespace mpbitcoin {
//! A scheduler of this process, on its own thread. A task that fails because the node has ended
//! ends neither the thread nor the process.
class SchedulerThread
{
public:
    SchedulerThread();
    ~SchedulerThread();
    SchedulerThread(const SchedulerThread&) = delete;
    SchedulerThread& operator=(const SchedulerThread&) = delete;

    //! Start the thread, once.
    void start();
    CScheduler& scheduler() { return m_scheduler; }

private:
    void run();

    CScheduler m_scheduler;
    std::thread m_thread;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_SCHEDULER_THREAD_H
