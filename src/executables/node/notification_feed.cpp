#include <executables/node/notification_feed.h>
#include <util/threadnames.h>

#include <atomic>
#include <stdexcept>
#include <utility>

namespace mpbitcoin {
namespace {
//! Each feed needs a thread, and memory when its process is slow.
constexpr int MAX_FEEDS{256};
std::atomic<int> g_feeds{0};
} // namespace

NotificationFeed::Place::Place()
{
    if (++g_feeds <= MAX_FEEDS) return;
    --g_feeds;
    throw std::runtime_error{"too many receivers of notifications"};
}

NotificationFeed::Place::~Place()
{
    --g_feeds;
}

NotificationFeed::NotificationFeed(interfaces::Chain& chain,
                                   std::shared_ptr<NotificationQueue> queue,
                                   std::shared_ptr<Notifications> receiver,
                                   std::function<void()> prepare) :
    m_queue{std::move(queue)},
    // Only the thread owns the receiver: destroying it calls the other process.
    m_thread{[queue = m_queue, receiver = std::move(receiver), prepare = std::move(prepare)] {
        util::ThreadRename("notify");
        queue->run([&](const auto& deliver) {
            prepare();
            deliver(*receiver);
        });
    }}
{
    try {
        m_registered = chain.handleNotifications(m_queue);
    } catch (...) {
        disconnect();
        throw;
    }
}

void NotificationFeed::disconnect()
{
    std::call_once(m_ended, [this] {
        if (m_registered) m_registered->disconnect();
        m_queue->end();
        m_thread.join();
    });
}
} // namespace mpbitcoin
