#include <ipc/core/running_calls.h>
#include <tinyformat.h>

#include <cstddef>
#include <stdexcept>
#include <string_view>

namespace mpbitcoin {
namespace {
//! Calls that are named in the log; there may be thousands.
constexpr size_t MAX_NAMED{8};
} // namespace

std::shared_ptr<void> RunningCalls::enter(const char* params_type, bool destroy)
{
    const std::string_view type{params_type};
    const Lock lock{m_mutex};
    const bool refusable{!destroy && (m_always.empty() || !type.starts_with(m_always))};
    if (m_closed && refusable) throw std::runtime_error{"the node is shutting down"};
    const auto call{m_calls.insert(m_calls.end(), {params_type, Clock::now()})};
    return {nullptr, [self = shared_from_this(), call](std::nullptr_t) { self->leave(call); }};
}

void RunningCalls::leave(std::list<Call>::iterator call)
{
    // Notified under the lock: who waits may destroy this afterwards.
    const Lock lock{m_mutex};
    m_calls.erase(call);
    if (m_calls.empty()) m_changed.notifyAll();
}

void RunningCalls::close()
{
    const Lock lock{m_mutex};
    m_closed = true;
}

bool RunningCalls::wait(std::chrono::milliseconds patience)
{
    const auto until{Clock::now() + patience};
    const Lock lock{m_mutex};
    while (!m_calls.empty()) {
        if (!m_changed.waitUntil(m_mutex, until)) return m_calls.empty();
    }
    return true;
}

std::string RunningCalls::describe()
{
    const Lock lock{m_mutex};
    std::string text;
    size_t named{0};
    for (const auto& call : m_calls) {
        if (!text.empty()) text += ", ";
        if (named++ == MAX_NAMED) return text + strprintf("%i in all", m_calls.size());
        const std::string_view type{call.params_type};
        const auto age{std::chrono::floor<std::chrono::seconds>(Clock::now() - call.since)};
        text += strprintf("%s since %i s", type.substr(0, type.find('$')), age.count());
    }
    return text;
}
} // namespace mpbitcoin
