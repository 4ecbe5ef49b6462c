#include <executables/common/log_lines.h>
#include <ipc/exception.h>
#include <logging.h>
#include <tinyformat.h>
#include <util/strencodings.h>
#include <util/threadnames.h>

#include <algorithm>
#include <bit>
#include <map>
#include <source_location>
#include <type_traits>
#include <utility>

namespace mpbitcoin {
namespace {
//! Memory for lines that wait for a process that does not read them.
constexpr size_t MAX_WAITING_BYTES{8 << 20};

//! Memory of a line besides its text.
constexpr size_t LINE_BYTES{256};

//! Limit for distinct places in another process's source. Wallet code logs from a few hundred.
constexpr size_t MAX_PLACES{2000};

//! The object to which a std::source_location points, in the libraries of GCC and Clang. The
//! standard offers no way to create one, but the log keeps its limits by these objects.
struct SourceData
{
    const char* file;
    const char* function;
    unsigned line;
    unsigned column;
};
static_assert(sizeof(std::source_location) == sizeof(const SourceData*) &&
              std::is_trivially_copyable_v<std::source_location>);

//! A place in another process's source. The log keeps its pointers forever, so it is never
//! destroyed.
struct Place
{
    std::string file;
    std::string function;
    SourceData data;

    Place(const LogLine& line) :
        file{line.file}, function{line.function}, data{file.c_str(), function.c_str(), line.line, 0}
    {
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
};

SourceLocation Location(const LogLine& line)
{
    static Mutex mutex;
    static auto& places{*new std::map<std::pair<std::string, uint32_t>, Place>}; // never destroyed
    const std::pair key{line.file, line.line};
    const Lock lock{mutex};
    auto found{places.find(key)};
    if (found == places.end()) {
        if (places.size() == MAX_PLACES) return SourceLocation{__func__};
        found = places.emplace(key, line).first;
    }
    const Place& place{found->second};
    return SourceLocation{place.function.c_str(), std::bit_cast<std::source_location>(&place.data)};
}

//! Takes "[...] " off the front and returns it, or returns nothing if it is missing.
std::string_view TakeMark(std::string_view& text)
{
    const auto end{text.starts_with('[') ? text.find("] ") : text.npos};
    if (end == text.npos) return {};
    const auto mark{text.substr(0, end + 2)};
    text.remove_prefix(mark.size());
    return mark;
}

//! The text between the brackets.
std::string_view Inside(std::string_view mark)
{
    return mark.size() < 3 ? mark : mark.substr(1, mark.size() - 3);
}

//! "[category:level] " in the shorter form of the log, without defaults.
std::string ShortMark(std::string_view mark)
{
    const auto inside{Inside(mark)};
    const auto colon{inside.find(':')};
    if (colon == inside.npos) return std::string{mark};
    const auto category{inside.substr(0, colon)};
    const auto level{inside.substr(colon + 1)};
    if (category == "all") return level == "info" ? "" : strprintf("[%s] ", level);
    return level == "debug" ? strprintf("[%s] ", category) : std::string{mark};
}
} // namespace

LogLine ReadLogLine(std::string_view text, bool threads, bool levels)
{
    LogLine line;
    const auto thread{threads ? TakeMark(text) : std::string_view{}};
    const auto place{Inside(TakeMark(text))};
    line.function = Inside(TakeMark(text));
    const auto level{TakeMark(text)};
    const auto colon{std::min(place.rfind(':'), place.size())};
    line.file = place.substr(0, colon);
    line.line = ToIntegral<uint32_t>(place.substr(std::min(colon + 1, place.size()))).value_or(0);
    // Lines of a category are unlimited: somebody has enabled them.
    line.limited = level.starts_with("[all:");
    if (text.ends_with('\n')) text.remove_suffix(1);
    line.text = strprintf("%s%s%s", thread, levels ? std::string{level} : ShortMark(level), text);
    return line;
}

void LogWriter::write(const std::vector<LogLine>& lines)
{
    for (const auto& line : lines) {
        size_t begin{0};
        while (begin <= line.text.size()) {
            const size_t end{std::min(line.text.find('\n', begin), line.text.size())};
            util::log::Log({.category = BCLog::ALL,
                            .level = BCLog::Level::Info,
                            .should_ratelimit = line.limited,
                            .source_loc = Location(line),
                            .message = strprintf("[%s] %s", m_process_name,
                                                 line.text.substr(begin, end - begin))});
            begin = end + 1;
        }
    }
}

LogSender::LogSender(std::unique_ptr<LogSink> sink) :
    m_sink{std::move(sink)}, m_thread{[this] { run(); }}
{
}

LogSender::~LogSender()
{
    {
        const Lock lock{m_mutex};
        m_ending = true;
    }
    m_changed.notifyOne();
    m_thread.join();
}

void LogSender::add(LogLine line)
{
    const size_t bytes{line.text.size() + LINE_BYTES};
    const Lock lock{m_mutex};
    if (m_bytes + bytes > MAX_WAITING_BYTES) {
        ++m_dropped;
        return;
    }
    ++m_added;
    m_bytes += bytes;
    m_lines.push_back(std::move(line));
    if (m_lines.size() == 1) m_changed.notifyOne();
}

void LogSender::flush()
{
    const Lock lock{m_mutex};
    const uint64_t until{m_added};
    while (m_done < until) {
        m_written.wait(m_mutex);
    }
}

void LogSender::send(const std::vector<LogLine>& lines)
{
    const Unlock unlock{m_mutex};
    try {
        m_sink->write(lines);
    } catch (const ipc::Exception&) {
        // The reader has left, so nobody can read a warning.
    }
}

void LogSender::run()
{
    util::ThreadRename("log");
    const Lock lock{m_mutex};
    while (true) {
        while (!m_ending && m_lines.empty()) {
            m_changed.wait(m_mutex);
        }
        if (m_lines.empty()) return;
        auto lines{std::exchange(m_lines, {})};
        m_bytes = 0;
        const uint64_t last{m_added};
        if (const size_t dropped{std::exchange(m_dropped, 0)}) {
            lines.push_back(
                {.text = strprintf("(%u lines were dropped: the log was not read)", dropped)});
        }
        send(lines);
        m_done = last;
        m_written.notifyAll();
    }
}
} // namespace mpbitcoin
