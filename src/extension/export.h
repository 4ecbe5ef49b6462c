#ifndef MPBITCOIN_EXTENSION_EXPORT_H
#define MPBITCOIN_EXTENSION_EXPORT_H

#include <extension/connection.h>
#include <extension/method.h>

#include <mp/proxy.capnp.h>

#include <deque>
#include <map>
#include <utility>

namespace mpbitcoin::extension {
//! The methods of an interface and its ancestors, by the id of the interface and the ordinal.
using MethodTable = std::map<std::pair<uint64_t, uint16_t>, const MethodWire*>;

//! One of the calls that a connection has to answer, while it lives. On the loop only.
class Served
{
public:
    explicit Served(std::shared_ptr<Connection> connection) : m_connection{std::move(connection)}
    {
        ++m_connection->served();
    }
    ~Served() { --m_connection->served(); }
    Served(const Served&) = delete;
    Served& operator=(const Served&) = delete;

private:
    const std::shared_ptr<Connection> m_connection;
};

//! A call of an object of ours. Any thread may finish it, once.
class Job : public std::enable_shared_from_this<Job>
{
public:
    //! On the loop only: what the answer needs, and what is called next.
    struct Pending
    {
        capnp::CallContext<capnp::AnyPointer, capnp::AnyPointer> context;
        kj::Own<kj::PromiseFulfiller<void>> fulfiller;
        kj::Own<Served> served;
    };
    //! On the loop only: an object's calls, of which one runs at a time.
    struct Strand
    {
        std::deque<std::shared_ptr<Job>> waiting;
        bool busy{false};
    };

    Job(std::shared_ptr<Connection> connection,
        std::shared_ptr<Strand> strand,
        uint64_t object,
        const MethodWire& method,
        std::shared_ptr<const Message> params,
        Pending pending) :
        connection{std::move(connection)},
        object{object},
        method{method},
        params{std::move(params)},
        m_strand{std::move(strand)},
        m_pending{std::move(pending)}
    {
    }
    ~Job();
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    const std::shared_ptr<Connection> connection;
    //! The number that the object was exported with.
    const uint64_t object;
    //! Methods are never destroyed.
    const MethodWire& method;
    const std::shared_ptr<const Message> params;

    //! Answer with `results`; the object's next call is delivered.
    void finish(Message results);
    //! Answer with an exception.
    void fail(std::string text);
    //! On the loop only: the other side's thread that waits for the answer, until it is given.
    kj::Maybe<mp::Thread::Client> waitingThread() const;
    //! On the loop only: to the mailbox, or behind the object's other calls.
    static void deliver(const std::shared_ptr<Job>& job);

private:
    //! On the loop only: an object's next call is delivered, if there is one.
    static void next(Strand& strand);

    const std::shared_ptr<Strand> m_strand;
    //! On the loop only.
    std::optional<Pending> m_pending;
};

//! An object of ours that is sent to the other process.
class Export : public std::enable_shared_from_this<Export>
{
public:
    //! `object` is the number that its calls, and its release, come back with. Methods are never
    //! destroyed; `table` is not either.
    Export(uint64_t object, const MethodTable& table) : m_object{object}, m_table{table} {}

    //! On the loop only: the capability for the other process.
    capnp::Capability::Client serve(const std::shared_ptr<Connection>& connection) const;

private:
    const uint64_t m_object;
    const MethodTable& m_table;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_EXPORT_H
