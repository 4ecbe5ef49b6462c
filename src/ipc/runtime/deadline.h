#ifndef MPBITCOIN_IPC_RUNTIME_DEADLINE_H
#define MPBITCOIN_IPC_RUNTIME_DEADLINE_H

#include <fcntl.h>
#include <os/descriptor.h>
#include <os/error.h>
#include <sys/socket.h>

#include <mp/proxy-io.h>

#include <chrono>

namespace mpbitcoin {
//! Limits the time for making a connection: shuts the socket down after `time`, unless this is
//! destroyed earlier. Then all calls over the connection end. Any thread but the event loop's. The
//! constructor throws std::system_error.
class Deadline
{
public:
    Deadline(mp::EventLoop& loop, const Descriptor& socket, std::chrono::seconds time) :
        m_loop{loop}, m_socket{::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0)}
    {
        if (!m_socket) Fail("fcntl");
        m_loop.sync([&] {
            auto& timer{m_loop.m_io_context.provider->getTimer()};
            m_running = timer.afterDelay(time.count() * kj::SECONDS)
                            .then([this] { ::shutdown(m_socket.get(), SHUT_RDWR); })
                            .eagerlyEvaluate(nullptr);
        });
    }
    ~Deadline()
    {
        m_loop.sync([&] { m_running = nullptr; });
    }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

private:
    mp::EventLoop& m_loop;
    const Descriptor m_socket;
    kj::Promise<void> m_running{nullptr};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_DEADLINE_H
