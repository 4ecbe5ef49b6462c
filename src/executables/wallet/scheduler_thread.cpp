#include <executables/wallet/scheduler_thread.h>
#include <ipc/exception.h>
#include <logging.h>
#include <util/threadnames.h>

namespace mpbitcoin {
SchedulerThread::SchedulerThread() = default;

SchedulerThread::~SchedulerThread()
{
    m_scheduler.stop();
    if (m_thread.joinable()) m_thread.join();
}

void SchedulerThread::start()
{
    if (!m_thread.joinable()) m_thread = std::thread{[this] { run(); }};
}

void SchedulerThread::run()
{
    util::ThreadRename("scheduler");
    while (true) {
        try {
            m_scheduler.serviceQueue();
            return;
        } catch (const ipc::Exception& error) {
            LogDebug(BCLog::IPC, "A scheduled task was interrupted: %s", error.what());
        }
    }
}
} // namespace mpbitcoin
