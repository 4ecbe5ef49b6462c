#ifndef MPBITCOIN_IPC_CORE_EVENT_LOOP_H
#define MPBITCOIN_IPC_CORE_EVENT_LOOP_H

#include <ipc/core/context.h>
#include <ipc/core/log.h>
#include <ipc/core/socket.h>
#include <sys/socket.h>
#include <util/threadnames.h>

#include <mp/proxy-io.h>
#include <mp/proxy-types.h>

#include <cstdint>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace mpbitcoin {
//! Connections that a listening process serves at once; more are closed as they come.
constexpr size_t MAX_INCOMING_CONNECTIONS{128};

//! Largest message between our own processes: more than the largest text there can be, the answer
//! of an RPC. Memory is taken as its bytes arrive.
constexpr uint64_t MAX_OWN_MESSAGE_BYTES{uint64_t{1} << 30};

//! Bytes of requests that one of those who connected to us may have unanswered. What it sends
//! beyond is left in the socket.
constexpr uint64_t MAX_UNANSWERED_BYTES{uint64_t{64} << 20};

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
    ~EventLoop() { join(); }
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    //! The loop, running. Any thread.
    mp::EventLoop& get();

    //! Call `fd`'s other end, which may die at any moment. The connection closes with the client.
    template <typename Interface>
    std::unique_ptr<mp::ProxyClient<Interface>> connect(int fd)
    {
        return mp::ConnectStream<Interface>(get(), fd, ownProcess());
    }

    //! Answer calls from `fd`'s other end, our parent. Returns when it is gone, and all that it
    //! held of ours is destroyed.
    template <typename Interface, typename Impl>
    void serve(int fd, Impl& impl)
    {
        mp::EventLoop& loop{get()};
        std::promise<void> closed;
        loop.sync([&] {
            mp::ServeStream<Interface>(loop, fd, impl, ownProcess());
            m_parent = &loop.m_incoming_connections.front();
            m_parent->addSyncCleanup([&closed] { closed.set_value(); });
        });
        closed.get_future().wait();
        finishCleanups();
    }

    //! Answer calls from all that connect to the listening socket `fd` and run as our user.
    template <typename Interface, typename Impl>
    void listen(int fd, Impl& impl)
    {
        mp::EventLoop& loop{get()};
        loop.sync([&] {
            accept<Interface>(loop,
                              loop.m_io_context.lowLevelProvider->wrapListenSocketFd(
                                  fd, kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP),
                              impl);
        });
    }

    //! Close the connections of those that connected to us; the one given to serve() stays.
    void disconnectIncoming();

    //! Wait until what closed connections held of ours is destroyed.
    void finishCleanups();

    //! Wait until all connections are gone, then end the thread.
    void join();

private:
    template <typename Interface, typename Impl>
    void accept(mp::EventLoop& loop, kj::Own<kj::ConnectionReceiver>&& receiver, Impl& impl)
    {
        auto& socket{*receiver};
        loop.m_task_set->add(socket.accept().then([this, &loop, &impl, receiver = kj::mv(receiver)](
                                                      kj::Own<kj::AsyncIoStream>&& stream) mutable {
            if (admit(loop, *stream)) {
                mp::_Serve<Interface>(loop, kj::mv(stream), impl);
                loop.m_incoming_connections.front().m_rpc_system->setFlowLimit(
                    MAX_UNANSWERED_BYTES / sizeof(capnp::word));
            }
            accept<Interface>(loop, kj::mv(receiver), impl);
        }));
    }
    //! How messages of a process that we started, or that started us, are read.
    static capnp::ReaderOptions ownProcess()
    {
        return {.traversalLimitInWords = MAX_OWN_MESSAGE_BYTES / sizeof(capnp::word)};
    }
    //! Whether a stream's other end may stay: it has to be our user's, and not one too many.
    bool admit(mp::EventLoop& loop, kj::AsyncIoStream& stream);
    void start();

    const std::string m_exe_name;
    Context& m_context;
    std::mutex m_mutex;
    std::thread m_thread;
    std::optional<mp::EventLoop> m_loop;
    //! Keeps the loop running while there is no connection.
    std::optional<mp::EventLoopRef> m_running;
    mp::Connection* m_parent{nullptr};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_CORE_EVENT_LOOP_H
