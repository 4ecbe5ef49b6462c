#ifndef MPBITCOIN_IPC_RUNTIME_PEER_H
#define MPBITCOIN_IPC_RUNTIME_PEER_H

#include <mp/proxy-io.h>

#include <memory>

namespace mpbitcoin {
//! The process at the other end of a client object's connection, for disconnecting it when it
//! misbehaves. The event loop must outlive this.
class Peer
{
public:
    //! Any thread but the event loop's.
    explicit Peer(const mp::ProxyContext& context) : m_loop{*context.loop}
    {
        m_loop.sync([&] {
            m_connection = context.connection;
            if (m_connection) m_exists = m_connection->m_exists;
        });
    }

    //! Close the connection, as if the other process had ended. Any thread; does not wait.
    void hangUp() const
    {
        m_loop.postAsync([connection = m_connection, exists = m_exists] {
            if (exists.expired()) return;
            // The rest happens as when a peer dies: reading reaches the end.
            connection->m_stream->abortRead();
            connection->m_stream->shutdownWrite();
        });
    }

private:
    mp::EventLoop& m_loop;
    mp::Connection* m_connection{nullptr};
    std::weak_ptr<const bool> m_exists;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_PEER_H
