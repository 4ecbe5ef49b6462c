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
//! Writes lines of another process to this process's log, marked with that process's name. Each
//! line keeps its place in the source: the log limits lines per place.
class LogWriter : public LogSink
{
public:
    explicit LogWriter(std::string process_name) : m_process_name{std::move(process_name)} {}
    void write(const std::vector<LogLine>& lines) override;

private:
    const std::string m_process_name;
};

//! Parses a line of this process's logger. The logger must put source locations and levels into all
//! lines, but no times. `threads` and `levels` select the parts that the text keeps.
LogLine ReadLogLine(std::string_view line, bool threads, bool levels);

//! Sends this process's log to another process. A separate thread collects and sends the lines:
//! threads that log never wait for the other process. Lines are dropped when that process has left,
//! or is too slow to keep memory bounded.
class LogSender
{
public:
    explicit LogSender(std::unique_ptr<LogSink> sink);
    //! Sends the remaining lines, then ends the thread. The logger must no longer call add().
    ~LogSender();
    LogSender(const LogSender&) = delete;
    LogSender& operator=(const LogSender&) = delete;

    //! Any thread; holds a lock for a short time.
    void add(LogLine line);
    //! Returns when the other process has all earlier lines, or has left. Any thread that holds no
    //! lock.
    void flush();

private:
    void run();
    //! Releases the lock during the call.
    void send(const std::vector<LogLine>& lines) OS_REQUIRES(m_mutex);

    const std::unique_ptr<LogSink> m_sink;
    Mutex m_mutex;
    Condition m_changed;
    Condition m_written;
    //! The number of added lines, and of lines that are written or dropped.
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
