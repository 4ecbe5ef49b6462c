#ifndef MPBITCOIN_IPC_RUNTIME_LISTENER_H
#define MPBITCOIN_IPC_RUNTIME_LISTENER_H

#include <os/descriptor.h>

#include <mp/proxy-io.h>

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace mpbitcoin {
//! Accepts connections on a listening socket. It never gives up: without a free descriptor, it uses
//! one of its reserve, or waits and accepts again. All methods run on the event loop's thread.
class Listener
{
public:
    using Take = std::function<void(kj::Own<kj::AsyncIoStream>)>;

    //! `take` gets each connection. `loop` must outlive this.
    Listener(mp::EventLoop& loop, Descriptor socket, Take take);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    //! Fill the reserve again, as far as descriptors are free. Call it after a connection is
    //! closed.
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
    //! Kept open only to be closed when the process has no other descriptor left.
    std::vector<Descriptor> m_reserve;
    //! Whether the last attempt used a descriptor of the reserve.
    bool m_used_reserve{false};
    //! When the log last reported that accepting fails.
    std::optional<Clock::time_point> m_complained;
    //! Last member: its tasks use the members above.
    kj::TaskSet m_tasks{m_loop.m_error_handler};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_LISTENER_H
