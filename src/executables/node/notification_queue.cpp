#include <executables/node/notification_queue.h>
#include <ipc/exception.h>
#include <logging.h>

#include <algorithm>
#include <utility>

namespace mpbitcoin {
namespace {
//! Memory for notifications that the other process has not received yet.
constexpr size_t MAX_BYTES{256 << 20};
} // namespace

NotificationQueue::NotificationQueue(std::function<void()> give_up) :
    m_give_up{std::move(give_up)}, m_queue{MAX_BYTES}
{
}

void NotificationQueue::add(size_t bytes, Deliver deliver)
{
    if (m_queue.tryAdd(std::move(deliver), bytes)) return;
    LogError("A client does not read its notifications (%u MiB) and is disconnected",
             MAX_BYTES >> 20);
    end();
    m_give_up();
}

void NotificationQueue::run(const std::function<void(const Deliver&)>& take)
{
    m_queue.run([&](const Deliver& deliver) {
        try {
            take(deliver);
            return;
        } catch (const ipc::Exception&) {
        }
        // The client must not continue with a gap, whether it has ended or failed.
        end();
        m_give_up();
    });
}

void NotificationQueues::add(const std::shared_ptr<NotificationQueue>& queue)
{
    const Lock lock{m_mutex};
    m_queues.remove_if([](const auto& known) { return known.expired(); });
    m_queues.push_back(queue);
}

void NotificationQueues::drain()
{
    for (const auto& queue : all()) {
        queue->drain();
    }
}

void NotificationQueues::drainUntil(std::chrono::steady_clock::time_point time)
{
    for (const auto& queue : all()) {
        queue->drainUntil(time);
    }
}

bool NotificationQueues::idle()
{
    const auto queues{all()};
    return std::all_of(queues.begin(), queues.end(),
                       [](const auto& queue) { return queue->idle(); });
}

std::vector<std::shared_ptr<NotificationQueue>> NotificationQueues::all()
{
    std::vector<std::shared_ptr<NotificationQueue>> found;
    const Lock lock{m_mutex};
    for (const auto& known : m_queues) {
        if (auto queue{known.lock()}) found.push_back(std::move(queue));
    }
    return found;
}
} // namespace mpbitcoin
