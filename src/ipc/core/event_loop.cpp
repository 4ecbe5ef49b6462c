#include <ipc/core/event_loop.h>
#include <ipc/core/socket.h>
#include <tinyformat.h>
#include <unistd.h>
#include <util/threadnames.h>

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace mpbitcoin {
namespace {
//! Those who are refused and have yet to learn why, and how long they have for it. More are closed
//! as they come.
constexpr size_t MAX_REFUSED{32};
constexpr auto REFUSAL_TIME{5 * kj::SECONDS};
//! Of a message from one of them.
constexpr uint64_t MAX_REFUSED_MESSAGE_BYTES{uint64_t{64} << 10};

kj::Exception
Refusal(kj::Exception::Type type, const std::string& exe_name, const std::string& reason)
{
    const std::string text{exe_name + " refuses this connection: " + reason};
    return {type, __FILE__, __LINE__, kj::str(text.c_str())};
}
} // namespace

mp::EventLoop& EventLoop::get()
{
    const std::lock_guard lock{m_mutex};
    if (!m_loop) start();
    return *m_loop;
}

void EventLoop::start()
{
    std::promise<void> started;
    m_thread = std::thread{[this, &started] {
        util::ThreadRename("ipc");
        try {
            m_loop.emplace(m_exe_name.c_str(), MakeLogOptions(), &m_context);
        } catch (...) {
            started.set_exception(std::current_exception());
            return;
        }
        m_running.emplace(*m_loop);
        started.set_value();
        m_loop->loop();
        m_listeners.clear();
        m_loop.reset();
    }};
    try {
        started.get_future().get();
    } catch (...) {
        m_thread.join();
        throw;
    }
}

void EventLoop::disconnectIncoming()
{
    {
        const std::lock_guard lock{m_mutex};
        if (!m_loop) return;
    }
    m_loop->sync([&] {
        m_loop->m_incoming_connections.remove_if(
            [this](mp::Connection& connection) { return &connection != m_parent; });
        m_refused.clear();
    });
}

void EventLoop::finishCleanups()
{
    // They run on one thread, in the order of closing.
    std::promise<void> reached;
    mp::EventLoop& loop{get()};
    loop.sync([&] { loop.addAsyncCleanup([&reached] { reached.set_value(); }); });
    reached.get_future().wait();
}

void EventLoop::join()
{
    m_running.reset();
    if (m_thread.joinable()) m_thread.join();
}

std::optional<kj::Exception> EventLoop::refusal(kj::AsyncIoStream& stream) const
{
    using Type = kj::Exception::Type;
    std::optional<uid_t> user;
    KJ_IF_MAYBE (fd, stream.getFd()) user = PeerUser(*fd);
    if (!user) {
        return Refusal(Type::FAILED, m_exe_name, "the system does not tell which user connects");
    }
    if (*user != ::geteuid()) {
        return Refusal(
            Type::FAILED, m_exe_name,
            strprintf("it serves user %u only, and you are user %u", ::geteuid(), *user));
    }
    if (m_loop->m_incoming_connections.size() >= MAX_INCOMING_CONNECTIONS) {
        return Refusal(Type::OVERLOADED, m_exe_name,
                       strprintf("it serves %u others already", MAX_INCOMING_CONNECTIONS));
    }
    return std::nullopt;
}

void EventLoop::refuse(kj::Own<kj::AsyncIoStream> stream, kj::Exception reason)
{
    MP_LOGPLAIN(*m_loop, mp::Log::Warning) << reason.getDescription().cStr();
    if (m_refused.size() >= MAX_REFUSED) return;
    m_refused.emplace_front(
        *m_loop, kj::mv(stream),
        [&](mp::Connection&) { return capnp::Capability::Client{kj::mv(reason)}; },
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
