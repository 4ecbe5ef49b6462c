#include <executables/node/end_watch.h>
#include <util/threadnames.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mpbitcoin {
namespace {
//! A wallet that writes much data to a slow disk may take this long for an answer. Service managers
//! kill a node that takes much longer.
constexpr std::chrono::seconds PATIENCE{30};
//! How often to check whether this process ends: a signal handler wakes up no thread.
constexpr std::chrono::milliseconds INTERVAL{500};
} // namespace

EndWatch::EndWatch(std::function<bool()> ending, std::function<void()> give_up) :
    m_ending{std::move(ending)}, m_give_up{std::move(give_up)}, m_thread{[this] { run(); }}
{
}

EndWatch::~EndWatch()
{
    {
        const Lock lock{m_mutex};
        m_over = true;
    }
    m_changed.notifyAll();
    m_thread.join();
}

std::shared_ptr<void> EndWatch::waiting()
{
    const Lock lock{m_mutex};
    const auto wait{m_waits.insert(m_waits.end(), Clock::now())};
    return {nullptr, [this, wait](std::nullptr_t) {
                const Lock lock{m_mutex};
                m_waits.erase(wait);
            }};
}

bool EndWatch::exhausted() const
{
    const auto now{Clock::now()};
    return m_since <= now && !m_waits.empty() &&
           now - std::max(m_since, m_waits.front()) > PATIENCE;
}

void EndWatch::giveUp()
{
    const Unlock unlock{m_mutex};
    m_give_up();
}

void EndWatch::run()
{
    util::ThreadRename("endwatch");
    const Lock lock{m_mutex};
    auto next{Clock::now() + INTERVAL};
    while (!m_over) {
        if (m_changed.waitUntil(m_mutex, next)) continue;
        next = Clock::now() + INTERVAL;
        if (m_since == Clock::time_point::max() && m_ending()) m_since = Clock::now();
        if (!exhausted()) continue;
        giveUp();
        m_since = Clock::now();
    }
}
} // namespace mpbitcoin
