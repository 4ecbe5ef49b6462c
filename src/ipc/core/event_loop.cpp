#include <ipc/core/event_loop.h>

namespace mpbitcoin {
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
        m_loop.emplace(m_exe_name.c_str(), MakeLogOptions(), &m_context);
        m_running.emplace(*m_loop);
        started.set_value();
        m_loop->loop();
        m_loop.reset();
    }};
    started.get_future().wait();
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

bool EventLoop::admit(mp::EventLoop& loop, kj::AsyncIoStream& stream)
{
    KJ_IF_MAYBE (fd, stream.getFd()) {
        if (const auto user{PeerUser(*fd)}; user && *user != geteuid()) {
            MP_LOGPLAIN(loop, mp::Log::Warning) << "refused a connection of user " << *user;
            return false;
        }
    }
    if (loop.m_incoming_connections.size() >= MAX_INCOMING_CONNECTIONS) {
        MP_LOGPLAIN(loop, mp::Log::Warning) << "refused a connection: there are too many";
        return false;
    }
    return true;
}
} // namespace mpbitcoin
