#ifndef MPBITCOIN_EXTENSION_WIRE_H
#define MPBITCOIN_EXTENSION_WIRE_H

#include <extension/connection.h>
#include <extension/message_stream.h>
#include <extension/socket_stream.h>

#include <capnp/rpc-twoparty.h>
#include <mp/proxy.capnp.h>

#include <deque>
#include <map>

namespace mpbitcoin::extension {
//! The part of a connection that lives on the event loop.
class Wire final : private kj::TaskSet::ErrorHandler
{
public:
    //! Registers itself with the connection until it ends.
    explicit Wire(std::shared_ptr<Connection> connection);
    ~Wire() noexcept(false);

    capnp::Capability::Client bootstrap();
    //! The other process' threads, once it has given them.
    kj::Maybe<capnp::Capability::Client>& threadMap() { return m_thread_map; }
    void start(const std::shared_ptr<Call>& call);
    void cancel(const std::shared_ptr<Call>& call);
    //! End the connection: waiting calls fail. Deletes this in a later turn.
    void end(const std::string& why);

private:
    //! A thread of the other side, and a thread of the joined side for calls made during a call.
    struct Worker
    {
        mp::Thread::Client thread;
        kj::Maybe<mp::Thread::Client> callback;
        //! Whether we may use it again.
        bool pooled{true};
    };
    //! A call that has been sent.
    struct Flight
    {
        std::shared_ptr<Call> call;
        //! The worker that runs it on the other side.
        kj::Maybe<Worker> worker;
        //! Dropping it cancels the call.
        kj::Promise<void> answer;
    };

    void send(const std::shared_ptr<Call>& call, kj::Maybe<Worker> worker);
    //! The outcome of a call whose answer has arrived.
    Outcome outcomeOf(const Call& call, capnp::Response<capnp::AnyPointer>&& response);
    void answered(const std::shared_ptr<Call>& call, Outcome outcome);
    //! Give free or new workers to the waiting calls, in order.
    void startWaiting();
    kj::Maybe<Worker> takeWorker();
    kj::Maybe<mp::Thread::Client> callbackThread();
    //! Keep the reason why the connection ends, if the exception holds it.
    void note(const kj::Exception& exception);
    void taskFailed(kj::Exception&& exception) override;

    const std::shared_ptr<Connection> m_connection;
    SocketStream m_socket;
    MessageStream m_messages;
    capnp::TwoPartyVatNetwork m_network;
    capnp::RpcSystem<capnp::rpc::twoparty::VatId> m_rpc;
    kj::Maybe<capnp::Capability::Client> m_thread_map;
    //! Workers without a call; the last used one is the last.
    std::vector<Worker> m_idle;
    uint32_t m_workers{0};
    uint32_t m_named{0};
    std::deque<std::shared_ptr<Call>> m_waiting;
    std::map<const Call*, Flight> m_flights;
    //! The promise of the last finished flight: a promise must not be dropped by its own
    //! continuation.
    kj::Promise<void> m_landed{nullptr};
    //! Why the connection ends, once it is known.
    std::string m_why;
    bool m_ended{false};
    kj::TaskSet m_tasks;
};

//! Why a connection ends that nobody here closed.
inline constexpr const char* LEFT{"the other process closed the connection, or has ended"};
//! Why a connection ends after the one that it is joined with.
inline constexpr const char* JOINED_HAS_ENDED{"the connection that it is joined with has ended"};

//! The failure that an exception of Cap'n Proto represents.
Failure failureOf(const kj::Exception& exception);
//! A copy of an answer that no longer needs the connection's memory. `size` is the size of `root`.
//! On the loop only.
std::shared_ptr<const Message> copied(const std::shared_ptr<Connection>& connection,
                                      capnp::AnyPointer::Reader root,
                                      const capnp::MessageSize& size);
//! The capability table with which a message of ours is sent. On the loop only.
kj::Array<kj::Maybe<kj::Own<capnp::ClientHook>>>
capabilitiesOf(const std::shared_ptr<Connection>& connection, const std::vector<Slot>& slots);
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_WIRE_H
