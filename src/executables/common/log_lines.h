#ifndef MPBITCOIN_EXECUTABLES_COMMON_LOG_LINES_H
#define MPBITCOIN_EXECUTABLES_COMMON_LOG_LINES_H

#include <ipc/interfaces/processes/processes.h>
#include <os/mutex.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace mpbitcoin {
//! Writes what it is given to this process's log, each line marked with the other's name, as if it
//! came from the place in the source that it names: the log limits what one place may write.
class LogWriter : public LogSink
{
public:
    explicit LogWriter(std::string process_name) : m_process_name{std::move(process_name)} {}
    void write(const std::vector<LogLine>& lines) override;

private:
    const std::string m_process_name;
};

//! Takes a line that the logger of this process has made apart. The logger must put source
//! locations and levels into all lines, and no time; `threads` and `levels` say what the text
//! keeps.
LogLine ReadLogLine(std::string_view line, bool threads, bool levels);

//! Sends this process's log to another one. Lines are collected and sent by a thread of its own:
//! whoever logs never waits for the other process. When that one is gone, or too slow to keep
//! memory bounded, lines are dropped.
class LogSender
{
public:
    explicit LogSender(std::unique_ptr<LogSink> sink);
    //! Sends what is left, then ends the thread. The logger must not call any more.
    ~LogSender();
    LogSender(const LogSender&) = delete;
    LogSender& operator=(const LogSender&) = delete;

    //! Any thread; takes a short lock.
    void add(LogLine line);
    //! Returns when the other process has all lines that were added before, or is gone. Any thread
    //! that holds no lock.
    void flush();

private:
    void run();
    //! Releases the lock during the call.
    void send(const std::vector<LogLine>& lines) OS_REQUIRES(m_mutex);

    const std::unique_ptr<LogSink> m_sink;
    Mutex m_mutex;
    Condition m_changed;
    Condition m_written;
    //! Lines that were added, and those of them that are written or given up.
    uint64_t m_added OS_GUARDED_BY(m_mutex){0};
    uint64_t m_done OS_GUARDED_BY(m_mutex){0};
    std::vector<LogLine> m_lines OS_GUARDED_BY(m_mutex);
    size_t m_bytes OS_GUARDED_BY(m_mutex){0};
    size_t m_dropped OS_GUARDED_BY(m_mutex){0};
    bool m_ending OS_GUARDED_BY(m_mutex){false};
    std::thread m_thread;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_LOG_LINES_H
