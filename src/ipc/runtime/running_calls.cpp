#include <ipc/runtime/errors.h>
#include <ipc/runtime/policy.h>
#include <ipc/runtime/running_calls.h>
#include <tinyformat.h>

#include <algorithm>
#include <cstddef>

namespace mpbitcoin {
namespace {
//! Largest number of calls that the log names; thousands may run.
constexpr size_t MAX_NAMED{8};
//! For methods without a policy, as in tests.
constexpr Policy NONE{.method = {}, .deadline = std::chrono::seconds{10}};
} // namespace

std::shared_ptr<void> RunningCalls::enter(const char* params_type, bool destroy)
{
    const std::string_view type{params_type};
    const auto* found{FindPolicy(type)};
    const Policy& policy{found ? *found : NONE};
    const Lock lock{m_mutex};
    if (m_closed && !destroy && !policy.served_at_shutdown) Refuse("the node is shutting down");
    const auto call{m_calls.insert(
        m_calls.end(), {type.substr(0, type.find('$')), Clock::now(), policy.deadline})};
    return {nullptr, [self = shared_from_this(), call](std::nullptr_t) { self->leave(call); }};
}

void RunningCalls::leave(std::list<Call>::iterator call)
{
    // Notify under the lock: the waiting thread may destroy this afterwards.
    const Lock lock{m_mutex};
    m_calls.erase(call);
    if (m_calls.empty()) m_changed.notifyAll();
}

void RunningCalls::close()
{
    const Lock lock{m_mutex};
    m_closed = true;
}

bool RunningCalls::wait(std::chrono::milliseconds time)
{
    const auto until{Clock::now() + time};
    const Lock lock{m_mutex};
    while (!m_calls.empty()) {
        if (!m_changed.waitUntil(m_mutex, until)) return m_calls.empty();
    }
    return true;
}

bool RunningCalls::wait()
{
    const auto start{Clock::now()};
    const Lock lock{m_mutex};
    // Calls start and end in the meantime.
    while (!m_calls.empty()) {
        const auto until{start + std::ranges::max(m_calls, {}, &Call::deadline).deadline};
        if (Clock::now() >= until) return false;
        m_changed.waitUntil(m_mutex, until);
    }
    return true;
}

void RunningCalls::finish()
{
    const Lock lock{m_mutex};
    m_closed = true;
    while (!m_calls.empty()) {
        m_changed.wait(m_mutex);
    }
}

std::string RunningCalls::describe()
{
    const Lock lock{m_mutex};
    std::string text;
    size_t named{0};
    for (const auto& call : m_calls) {
        if (!text.empty()) text += ", ";
        if (named++ == MAX_NAMED) return text + strprintf("%i in all", m_calls.size());
        const auto age{std::chrono::floor<std::chrono::seconds>(Clock::now() - call.since)};
        text += strprintf("%s since %i s", call.method, age.count());
    }
    return text;
}
} // namespace mpbitcoin
