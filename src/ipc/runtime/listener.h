#ifndef MPBITCOIN_IPC_RUNTIME_LISTENER_H
#define MPBITCOIN_IPC_RUNTIME_LISTENER_H

#include <os/descriptor.h>

#include <mp/proxy-io.h>

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace mpbitcoin {
//! Accepts connections on a listening socket. It never gives up: when the process has no descriptor
//! left, it uses one that it has kept in reserve, or waits, and accepts again. All methods are
//! called on the event loop's thread.
class Listener
{
public:
    using Take = std::function<void(kj::Own<kj::AsyncIoStream>)>;

    //! `take` gets each connection. `loop` has to outlive this.
    Listener(mp::EventLoop& loop, Descriptor socket, Take take);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    //! Reserve descriptors again, as many as there are. To be called when a connection was closed.
    void reserve();

private:
    using Clock = std::chrono::steady_clock;

    void accept();
    void take(kj::Own<kj::AsyncIoStream> stream);
    void failed(const kj::Exception& error);
    void acceptLater();

    mp::EventLoop& m_loop;
    kj::Own<kj::ConnectionReceiver> m_receiver;
    const Take m_take;
    //! Open for nothing but to be closed when the process has no other descriptor left.
    std::vector<Descriptor> m_reserve;
    //! Whether the last attempt had a descriptor of the reserve.
    bool m_used_reserve{false};
    //! When the log last said that connections can't be accepted.
    std::optional<Clock::time_point> m_complained;
    //! Last: they use what stands above.
    kj::TaskSet m_tasks{m_loop.m_error_handler};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_LISTENER_H
