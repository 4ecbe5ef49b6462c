#ifndef MPBITCOIN_EXTENSION_EXPORT_H
#define MPBITCOIN_EXTENSION_EXPORT_H

#include <extension/connection.h>
#include <extension/method.h>

#include <mp/proxy.capnp.h>

#include <deque>
#include <map>
#include <utility>

namespace mpbitcoin::extension {
//! The methods of an interface and its ancestors, by interface id and ordinal.
using MethodTable = std::map<std::pair<uint64_t, uint16_t>, const MethodWire*>;

//! Counts a call that the connection has to answer, while it lives. On the loop only.
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
    //! What the answer needs, and the object's other calls. On the loop only.
    struct Pending
    {
        capnp::CallContext<capnp::AnyPointer, capnp::AnyPointer> context;
        kj::Own<kj::PromiseFulfiller<void>> fulfiller;
        kj::Own<Served> served;
    };
    //! An object's calls, which run one at a time. On the loop only.
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
    //! The number under which the object was exported.
    const uint64_t object;
    //! Methods are never destroyed.
    const MethodWire& method;
    const std::shared_ptr<const Message> params;

    //! Answer with `results` and deliver the object's next call.
    void finish(Message results);
    //! Answer with an exception.
    void fail(std::string text);
    //! The other side's thread that waits for the answer, until the answer is given. On the loop
    //! only.
    kj::Maybe<mp::Thread::Client> waitingThread() const;
    //! Put the job into the mailbox, or queue it behind the object's other calls. On the loop only.
    static void deliver(const std::shared_ptr<Job>& job);

private:
    //! Deliver an object's next call, if there is one. On the loop only.
    static void next(Strand& strand);

    const std::shared_ptr<Strand> m_strand;
    //! On the loop only.
    std::optional<Pending> m_pending;
};

//! An object of ours that is sent to the other process.
class Export : public std::enable_shared_from_this<Export>
{
public:
    //! `object` identifies the object in its calls and its release. Methods and `table` are never
    //! destroyed.
    Export(uint64_t object, const MethodTable& table) : m_object{object}, m_table{table} {}

    //! The capability for the other process. On the loop only.
    capnp::Capability::Client serve(const std::shared_ptr<Connection>& connection) const;

private:
    const uint64_t m_object;
    const MethodTable& m_table;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_EXPORT_H
