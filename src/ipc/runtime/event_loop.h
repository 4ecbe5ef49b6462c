#ifndef MPBITCOIN_IPC_RUNTIME_EVENT_LOOP_H
#define MPBITCOIN_IPC_RUNTIME_EVENT_LOOP_H

#include <ipc/runtime/context.h>
#include <ipc/runtime/deadline.h>
#include <ipc/runtime/listener.h>
#include <ipc/runtime/log.h>
#include <os/descriptor.h>
#include <os/mutex.h>

#include <mp/proxy-io.h>
#include <mp/proxy-types.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace mpbitcoin {
//! Connections that a listening process serves at once; more are refused.
constexpr size_t MAX_INCOMING_CONNECTIONS{128};

//! Threads that one of those who connected to us may have for its requests, and that all of them
//! may have together.
constexpr size_t MAX_CONNECTION_THREADS{256};
constexpr size_t MAX_CLIENT_THREADS{1024};

//! Largest message between our own processes: more than the largest text there can be, the answer
//! of an RPC. Memory is taken as its bytes arrive.
constexpr uint64_t MAX_OWN_MESSAGE_BYTES{uint64_t{1} << 30};

//! Bytes of requests that one of those who connected to us may have unanswered. What it sends
//! beyond is left in the socket.
constexpr uint64_t MAX_UNANSWERED_BYTES{uint64_t{64} << 20};

//! How long the first answer of a process may take that others started.
constexpr std::chrono::seconds HANDSHAKE_TIME{30};

//! libmultiprocess' event loop on a thread of its own, started by the first connection: a process
//! that talks to nobody (or has yet to become a daemon) has no such thread.
class EventLoop
{
public:
    EventLoop(std::string exe_name, Context& context) :
        m_exe_name{std::move(exe_name)}, m_context{context}
    {
    }
    //! Waits until all connections are gone.
    ~EventLoop() noexcept { join(); }
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    //! The loop, running. Any thread.
    mp::EventLoop& get();

    //! Call the socket's other end, which may die at any moment. The connection closes with the
    //! client.
    template <typename Interface>
    std::unique_ptr<mp::ProxyClient<Interface>> connect(Descriptor socket)
    {
        mp::EventLoop& loop{get()};
        return mp::ConnectStream<Interface>(loop, socket.release(), ownProcess());
    }

    //! The same, with an Interface that has a construct method, for a socket of a process that
    //! others started: it has to answer the first call, which this makes, in a while.
    template <typename Interface>
    std::unique_ptr<mp::ProxyClient<Interface>> connectToStranger(Descriptor socket)
    {
        const Deadline deadline{get(), socket, HANDSHAKE_TIME};
        return connect<Interface>(std::move(socket));
    }

    //! Answer calls from the socket's other end, our parent. Returns when it is gone, and all that
    //! it held of ours is destroyed.
    template <typename Interface, typename Impl>
    void serve(Descriptor socket, Impl& impl)
    {
        mp::EventLoop& loop{get()};
        std::promise<void> closed;
        loop.sync([&] {
            mp::ServeStream<Interface>(loop, socket.release(), impl, ownProcess());
            m_parent = &loop.m_incoming_connections.front();
            m_parent->addSyncCleanup([&closed] { closed.set_value(); });
        });
        closed.get_future().wait();
        finishCleanups();
    }

    //! Let the calls of the client object's other end pass `gate`, from the next one on.
    template <typename Interface>
    void guard(mp::ProxyClient<Interface>& client, std::shared_ptr<mp::CallGate> gate)
    {
        get().sync([&] {
            if (auto* connection{client.m_context.connection}) connection->m_call_gate = gate;
        });
    }

    //! Answer calls from all that connect to the listening socket and run as our user. They pass
    //! `gate`. Others learn why not from the calls they make.
    template <typename Interface, typename Impl>
    void listen(Descriptor socket, Impl& impl, std::shared_ptr<mp::CallGate> gate)
    {
        mp::EventLoop& loop{get()};
        loop.sync([&] {
            m_listeners.emplace_back(
                loop, std::move(socket),
                [this, &loop, &impl, gate = std::move(gate)](kj::Own<kj::AsyncIoStream> stream) {
                    if (auto reason{refusal(*stream)}) {
                        refuse(kj::mv(stream), *std::move(reason));
                        return;
                    }
                    mp::_Serve<Interface>(loop, kj::mv(stream), impl);
                    auto& connection{loop.m_incoming_connections.front()};
                    connection.m_call_gate = gate;
                    limit(connection);
                });
        });
    }

    //! Close the connections of those that connected to us; the one given to serve() stays. No
    //! others are accepted.
    void disconnectIncoming();

    //! The same for those only whose calls pass `gate`, after what is on its way to them is sent.
    void disconnectIncoming(const std::shared_ptr<mp::CallGate>& gate);

    //! Wait until what closed connections held of ours is destroyed.
    void finishCleanups();

    //! Wait until all connections are gone, then end the thread.
    void join();

private:
    //! How messages of a process that we started, or that started us, are read.
    static capnp::ReaderOptions ownProcess()
    {
        return {.traversalLimitInWords = MAX_OWN_MESSAGE_BYTES / sizeof(capnp::word)};
    }
    //! Why a stream's other end may not stay: it has to be our user's, and not one too many.
    std::optional<kj::Exception> refusal(kj::AsyncIoStream& stream) const;
    //! Let each call of the stream's other end fail with `reason`, for a while.
    void refuse(kj::Own<kj::AsyncIoStream> stream, kj::Exception reason);
    //! Set what an incoming connection may use.
    void limit(mp::Connection& connection);
    //! Done when all is sent to those whose calls pass `gate`, or they take too long to receive it.
    //! On the event loop's thread.
    kj::Promise<void> sent(std::shared_ptr<mp::CallGate> gate, int attempts);
    //! Accept no more connections, for good. On the event loop's thread.
    void stopListening();
    //! The loop, null unless it runs. Any thread.
    mp::EventLoop* running();
    //! The loop's thread ends.
    void ended();
    void start() OS_REQUIRES(m_mutex);

    const std::string m_exe_name;
    Context& m_context;
    Mutex m_mutex;
    //! Points to m_loop while that runs.
    mp::EventLoop* m_started OS_GUARDED_BY(m_mutex){nullptr};
    std::thread m_thread;
    //! Keeps the loop running while there is no connection.
    std::optional<mp::EventLoopRef> m_running;
    //! All below are accessed on the event loop's thread only.
    std::optional<mp::EventLoop> m_loop;
    mp::Connection* m_parent{nullptr};
    std::list<Listener> m_listeners;
    std::list<mp::Connection> m_refused;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_EVENT_LOOP_H
