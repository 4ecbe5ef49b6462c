#ifndef MPBITCOIN_IPC_RUNTIME_EVENT_LOOP_H
#define MPBITCOIN_IPC_RUNTIME_EVENT_LOOP_H

#include <ipc/runtime/context.h>
#include <ipc/runtime/deadline.h>
#include <ipc/runtime/listener.h>
#include <ipc/runtime/log.h>
#include <ipc/runtime/running_calls.h>
#include <ipc/runtime/transport.h>
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
//! Largest number of connections to a listening process; further ones are refused.
constexpr size_t MAX_INCOMING_CONNECTIONS{128};

//! Largest number of threads for the requests of one connected client, and of all clients together.
constexpr size_t MAX_CONNECTION_THREADS{256};
constexpr size_t MAX_CLIENT_THREADS{1024};

//! Largest message between our own processes: larger than the largest text, which is the answer of
//! an RPC. Memory is allocated as the bytes arrive.
constexpr uint64_t MAX_OWN_MESSAGE_BYTES{uint64_t{1} << 30};

//! Bytes of unanswered requests that a connected client may have. Further data stays in the socket.
constexpr uint64_t MAX_UNANSWERED_BYTES{uint64_t{64} << 20};

//! How long a process that others started may take for its first answer.
constexpr std::chrono::seconds HANDSHAKE_TIME{30};

//! libmultiprocess' event loop on its own thread. The first connection starts it: a process without
//! connections, or one that is still to become a daemon, has no such thread.
class EventLoop
{
public:
    EventLoop(std::string exe_name, Context& context) :
        m_exe_name{std::move(exe_name)}, m_context{context}
    {
    }
    //! Waits until all connections are closed.
    ~EventLoop() noexcept { join(); }
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    //! The running loop. Any thread.
    mp::EventLoop& get();

    //! Call the process at the socket's other end, which may die at any moment. The connection
    //! closes with the client.
    template <typename Interface>
    std::unique_ptr<mp::ProxyClient<Interface>> connect(Descriptor socket)
    {
        mp::EventLoop& loop{get()};
        return mp::ConnectStream<Interface>(loop, socket.release(), ownProcess());
    }

    //! The same for an Interface with a construct method, and for a process that others started.
    //! Makes the first call, which the process must answer within HANDSHAKE_TIME.
    template <typename Interface>
    std::unique_ptr<mp::ProxyClient<Interface>> connectToStranger(Descriptor socket)
    {
        const Deadline deadline{get(), socket, HANDSHAKE_TIME};
        return connect<Interface>(std::move(socket));
    }

    //! Answer calls from our parent at the socket's other end. Returns when the parent has left,
    //! its calls have returned, and all objects that it held are destroyed.
    template <typename Interface, typename Impl>
    void serve(Descriptor socket, Impl& impl)
    {
        mp::EventLoop& loop{get()};
        const auto calls{std::make_shared<RunningCalls>()};
        std::promise<void> closed;
        loop.sync([&] {
            mp::ServeStream<Interface>(loop, socket.release(), impl, ownProcess());
            m_parent = &loop.m_incoming_connections.front();
            m_parent->m_call_gate = calls;
            m_parent->addSyncCleanup([&closed] { closed.set_value(); });
        });
        closed.get_future().wait();
        calls->finish();
        finishCleanups();
    }

    //! Let calls from the client object's process pass `gate`, from the next call on.
    template <typename Interface>
    void guard(mp::ProxyClient<Interface>& client, std::shared_ptr<mp::CallGate> gate)
    {
        get().sync([&] {
            if (auto* connection{client.m_context.connection}) connection->m_call_gate = gate;
        });
    }

    //! Answer calls from all processes that connect by `transport` and that it recognizes. Their
    //! calls pass `gate`. Others' calls fail with the reason. Throws what Transport::listen() does.
    template <typename Interface, typename Impl>
    void
    listen(std::unique_ptr<Transport> transport, Impl& impl, std::shared_ptr<mp::CallGate> gate)
    {
        auto socket{transport->listen()};
        mp::EventLoop& loop{get()};
        loop.sync([&] {
            m_listeners.emplace_back(loop, std::move(socket),
                                     [this, &loop, &impl, gate = std::move(gate),
                                      transport = std::shared_ptr{std::move(transport)}](
                                         kj::Own<kj::AsyncIoStream> stream) {
                                         if (const auto reason{refusal(*transport, *stream)}) {
                                             refuse(kj::mv(stream), *reason);
                                             return;
                                         }
                                         mp::_Serve<Interface>(loop, kj::mv(stream), impl);
                                         auto& connection{loop.m_incoming_connections.front()};
                                         connection.m_call_gate = gate;
                                         limit(connection);
                                     });
        });
    }

    //! Close all incoming connections, but not the one given to serve(). Accept no others.
    void disconnectIncoming();

    //! The same only for connections whose calls pass `gate`, after their pending data is sent.
    void disconnectIncoming(const std::shared_ptr<mp::CallGate>& gate);

    //! Wait until all objects that closed connections held are destroyed.
    void finishCleanups();

    //! Wait until all connections are closed, then end the thread.
    void join();

private:
    //! Reader options for a process that we started, or that started us.
    static capnp::ReaderOptions ownProcess()
    {
        return {.traversalLimitInWords = MAX_OWN_MESSAGE_BYTES / sizeof(capnp::word)};
    }
    //! Why a connection is refused: by its transport, or because it exceeds the limit.
    std::optional<std::string> refusal(const Transport& transport, kj::AsyncIoStream& stream) const;
    //! Let each call from the stream's other end fail with `reason`, for REFUSAL_TIME.
    void refuse(kj::Own<kj::AsyncIoStream> stream, const std::string& reason);
    //! Set the limits of an incoming connection.
    void limit(mp::Connection& connection);
    //! Done when all data is sent to connections whose calls pass `gate`, or when that takes too
    //! long. On the event loop's thread.
    kj::Promise<void> sent(std::shared_ptr<mp::CallGate> gate, int attempts);
    //! Accept no more connections, ever. On the event loop's thread.
    void stopListening();
    //! The loop, or null when it does not run. Any thread.
    mp::EventLoop* running();
    //! The loop's thread ends.
    void ended();
    void start() OS_REQUIRES(m_mutex);

    const std::string m_exe_name;
    Context& m_context;
    Mutex m_mutex;
    //! Points to m_loop while the loop runs.
    mp::EventLoop* m_started OS_GUARDED_BY(m_mutex){nullptr};
    std::thread m_thread;
    //! Keeps the loop running while there is no connection.
    std::optional<mp::EventLoopRef> m_running;
    //! The members below are accessed only on the event loop's thread.
    std::optional<mp::EventLoop> m_loop;
    mp::Connection* m_parent{nullptr};
    std::list<Listener> m_listeners;
    std::list<mp::Connection> m_refused;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_EVENT_LOOP_H
