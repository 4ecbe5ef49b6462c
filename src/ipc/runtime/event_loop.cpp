#include <ipc/runtime/event_loop.h>
#include <tinyformat.h>
#include <util/threadnames.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace mpbitcoin {
namespace {
//! Number of refused connections that are kept until they learn the reason, and for how long.
//! Further ones are closed at once.
constexpr size_t MAX_REFUSED{32};
constexpr auto REFUSAL_TIME{5 * kj::SECONDS};
//! Largest message from one of them.
constexpr uint64_t MAX_REFUSED_MESSAGE_BYTES{uint64_t{64} << 10};

kj::Exception Refusal(const std::string& exe_name, const std::string& reason)
{
    const std::string text{exe_name + " refuses this connection: " + reason};
    return {kj::Exception::Type::OVERLOADED, __FILE__, __LINE__, kj::str(text.c_str())};
}
//! How often, and at most how many times, to check whether a connection's answers are sent.
constexpr auto SEND_INTERVAL{1 * kj::MILLISECONDS};
constexpr int SEND_ATTEMPTS{1000};
} // namespace

mp::EventLoop& EventLoop::get()
{
    const Lock lock{m_mutex};
    if (!m_started) start();
    return *m_started;
}

void EventLoop::start()
{
    std::promise<mp::EventLoop*> started;
    mp::CaughtException failure;
    m_thread = std::thread{[this, &started, &failure] {
        util::ThreadRename("ipc");
        try {
            m_loop.emplace(m_exe_name.c_str(), MakeLogOptions(), &m_context);
        } catch (...) {
            failure.keep();
            started.set_value(nullptr);
            return;
        }
        m_running.emplace(*m_loop);
        started.set_value(&*m_loop);
        m_loop->loop();
        stopListening();
        ended();
        m_loop.reset();
    }};
    m_started = started.get_future().get();
    if (!m_started) {
        m_thread.join();
        failure.rethrow();
    }
}

void EventLoop::ended()
{
    const Lock lock{m_mutex};
    m_started = nullptr;
}

mp::EventLoop* EventLoop::running()
{
    const Lock lock{m_mutex};
    return m_started;
}

void EventLoop::disconnectIncoming()
{
    auto* const loop{running()};
    if (!loop) return;
    loop->sync([&] {
        stopListening();
        loop->m_incoming_connections.remove_if(
            [this](mp::Connection& connection) { return &connection != m_parent; });
    });
}

void EventLoop::disconnectIncoming(const std::shared_ptr<mp::CallGate>& gate)
{
    auto* const loop{running()};
    if (!loop) return;
    std::promise<void> closed;
    loop->sync([&] {
        stopListening();
        loop->m_task_set->add(sent(gate, SEND_ATTEMPTS).then([&] {
            loop->m_incoming_connections.remove_if(
                [&](mp::Connection& connection) { return connection.m_call_gate == gate; });
            closed.set_value();
        }));
    });
    closed.get_future().wait();
}

void EventLoop::stopListening()
{
    m_listeners.clear();
    m_refused.clear();
}

kj::Promise<void> EventLoop::sent(std::shared_ptr<mp::CallGate> gate, int attempts)
{
    // evalLast: by then the results of returned calls are messages.
    return kj::evalLast([this, gate = std::move(gate), attempts]() mutable -> kj::Promise<void> {
        const auto waits = [&](mp::Connection& connection) {
            return connection.m_call_gate == gate && connection.m_network.getCurrentQueueCount();
        };
        if (attempts == 0 || std::ranges::none_of(m_loop->m_incoming_connections, waits)) {
            return kj::READY_NOW;
        }
        auto& timer{m_loop->m_io_context.provider->getTimer()};
        return timer.afterDelay(SEND_INTERVAL)
            .then([this, gate = std::move(gate), attempts]() mutable {
                return sent(std::move(gate), attempts - 1);
            });
    });
}

void EventLoop::finishCleanups()
{
    auto* const loop{running()};
    if (!loop) return;
    // Cleanups run on one thread, in the order of closing.
    std::promise<void> reached;
    loop->sync([&] { loop->addAsyncCleanup([&reached] { reached.set_value(); }); });
    reached.get_future().wait();
}

void EventLoop::join()
{
    m_running.reset();
    if (m_thread.joinable()) m_thread.join();
}

std::optional<std::string> EventLoop::refusal(const Transport& transport,
                                              kj::AsyncIoStream& stream) const
{
    std::optional<int> descriptor;
    KJ_IF_MAYBE (fd, stream.getFd()) descriptor = *fd;
    if (auto reason{transport.refusal(descriptor)}) return reason;
    if (m_loop->m_incoming_connections.size() < MAX_INCOMING_CONNECTIONS) return std::nullopt;
    return strprintf("it already serves %u others", MAX_INCOMING_CONNECTIONS);
}

void EventLoop::refuse(kj::Own<kj::AsyncIoStream> stream, const std::string& reason)
{
    auto refused_call = Refusal(m_exe_name, reason);
    MP_LOGPLAIN(*m_loop, mp::Log::Warning) << refused_call.getDescription().cStr();
    if (m_refused.size() >= MAX_REFUSED) return;
    m_refused.emplace_front(
        *m_loop, kj::mv(stream),
        [&](mp::Connection&) { return capnp::Capability::Client{kj::mv(refused_call)}; },
        capnp::ReaderOptions{.traversalLimitInWords =
                                 MAX_REFUSED_MESSAGE_BYTES / sizeof(capnp::word)});
    const auto refused{m_refused.begin()};
    const auto close = [this, refused] { m_refused.erase(refused); };
    refused->onDisconnect(close);
    auto& timer{m_loop->m_io_context.provider->getTimer()};
    m_loop->m_task_set->add(
        timer.afterDelay(REFUSAL_TIME).then([close, exists = std::weak_ptr{refused->m_exists}] {
            if (!exists.expired()) close();
        }));
}

void EventLoop::limit(mp::Connection& connection)
{
    connection.m_rpc_system->setFlowLimit(MAX_UNANSWERED_BYTES / sizeof(capnp::word));
    connection.m_max_threads = MAX_CONNECTION_THREADS;
    m_loop->m_max_threads = MAX_CLIENT_THREADS;
    connection.addSyncCleanup([this] {
        // The descriptor is closed after this.
        m_loop->m_task_set->add(kj::evalLater([this] {
            for (auto& listener : m_listeners) {
                listener.reserve();
            }
        }));
    });
}
} // namespace mpbitcoin
