#include <executables/wallet/notification_hub.h>
#include <ipc/exception.h>
#include <logging.h>
#include <os/bounded_queue.h>
#include <util/threadnames.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace mpbitcoin {
namespace {
//! Memory for the notifications of one wallet. All wallets share a block.
constexpr size_t MAX_BYTES{32 << 20};
} // namespace

//! A wallet, its waiting notifications, and the thread that delivers them.
class NotificationHub::Queue
{
public:
    using SharedDeliver = std::shared_ptr<const Deliver>;

    explicit Queue(std::shared_ptr<Notifications> receiver) :
        m_receiver{std::move(receiver)}, m_thread{[this] { run(); }}
    {
    }

    //! Any thread but the queue's own. Drops the remaining notifications.
    ~Queue()
    {
        m_queue.end();
        m_thread.join();
    }

    //! Waits while the queue is full.
    void add(SharedDeliver deliver, size_t bytes) { m_queue.add(std::move(deliver), bytes); }
    void drain() { m_queue.drain(); }
    void drainUntil(std::chrono::steady_clock::time_point time) { m_queue.drainUntil(time); }

private:
    void run()
    {
        util::ThreadRename("notify");
        m_queue.run([this](const SharedDeliver& deliver) {
            try {
                (*deliver)(*m_receiver);
            } catch (const ipc::Exception& error) {
                LogDebug(BCLog::IPC, "A notification arrived while the node was leaving: %s",
                         error.what());
            }
        });
    }

    const std::shared_ptr<Notifications> m_receiver;
    BoundedQueue<SharedDeliver> m_queue{MAX_BYTES};
    std::thread m_thread;
};

NotificationHub::NotificationHub(std::function<void()> disconnecting) :
    m_disconnecting{std::move(disconnecting)}
{
}

NotificationHub::~NotificationHub() = default;

std::unique_ptr<interfaces::Handler> NotificationHub::add(std::shared_ptr<Notifications> receiver)
{
    auto queue = std::make_shared<Queue>(std::move(receiver));
    {
        const Lock lock{m_mutex};
        m_queues.push_back(queue);
    }
    return interfaces::MakeCleanupHandler(
        [hub = shared_from_this(), queue = std::move(queue)]() mutable {
            if (queue) hub->remove(std::exchange(queue, nullptr));
        });
}

void NotificationHub::remove(const std::shared_ptr<Queue>& queue)
{
    const Lock lock{m_mutex};
    m_queues.erase(std::find(m_queues.begin(), m_queues.end(), queue));
}

std::vector<std::shared_ptr<NotificationHub::Queue>> NotificationHub::queues()
{
    const Lock lock{m_mutex};
    return m_queues;
}

void NotificationHub::drain()
{
    for (const auto& queue : queues()) {
        queue->drain();
    }
}

void NotificationHub::drainUntil(std::chrono::steady_clock::time_point time)
{
    for (const auto& queue : queues()) {
        queue->drainUntil(time);
    }
}

void NotificationHub::add(size_t bytes, Deliver deliver)
{
    const auto shared = std::make_shared<const Deliver>(std::move(deliver));
    for (const auto& queue : queues()) {
        queue->add(shared, bytes);
    }
}

void NotificationHub::blockDisconnected(const interfaces::BlockInfo& block)
{
    m_disconnecting();
    QueuedNotifications::blockDisconnected(block);
}
} // namespace mpbitcoin
