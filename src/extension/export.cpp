#include <extension/export.h>
#include <extension/message_stream.h>
#include <extension/wire.h>

#include <kj/debug.h>

namespace mpbitcoin::extension {
namespace {
//! The object that the other process calls: passes its calls to the mailbox.
class Object final : public capnp::Capability::Server
{
public:
    Object(std::shared_ptr<Connection> connection, uint64_t object, const MethodTable& table) :
        m_connection{std::move(connection)}, m_object{object}, m_table{table}
    {
    }
    ~Object() noexcept(false) { m_connection->deliver(Released{m_object}); }

    DispatchCallResult
    dispatchCall(uint64_t interface_id,
                 uint16_t method_id,
                 capnp::CallContext<capnp::AnyPointer, capnp::AnyPointer> context) override
    {
        if (interface_id == LEFT_OUT) {
            return {KJ_EXCEPTION(OVERLOADED, "the call is larger than the client accepts"), false};
        }
        const auto found = m_table.find({interface_id, method_id});
        if (found == m_table.end()) {
            return {KJ_EXCEPTION(UNIMPLEMENTED, "the Python object has no such method"), false};
        }
        // The other process drops its last reference next, and that releases the object.
        if (found->second->is_destroy) return {kj::READY_NOW, false};
        const auto limit = m_connection->limits().calls;
        if (m_connection->served() >= limit) {
            return {KJ_EXCEPTION(OVERLOADED, "too many calls wait for the client's answer", limit),
                    false};
        }
        auto answer = kj::newPromiseAndFulfiller<void>();
        const auto given = context.getParams();
        auto params = copied(m_connection, given, given.targetSize());
        context.releaseParams();
        Job::deliver(std::make_shared<Job>(
            m_connection, m_strand, m_object, *found->second, std::move(params),
            Job::Pending{context, kj::mv(answer.fulfiller), kj::heap<Served>(m_connection)}));
        return {kj::mv(answer.promise), false};
    }

private:
    const std::shared_ptr<Connection> m_connection;
    const uint64_t m_object;
    const MethodTable& m_table;
    const std::shared_ptr<Job::Strand> m_strand{std::make_shared<Job::Strand>()};
};
} // namespace

Job::~Job()
{
    // A job that ends without an answer must not hold up the object's other calls.
    if (!m_pending) return;
    connection->loop()->post([strand = m_strand, pending = kj::mv(m_pending)] { next(*strand); });
}

kj::Maybe<mp::Thread::Client> Job::waitingThread() const
{
    if (!m_pending || !method.context) return nullptr;
    auto table = params->placeholders();
    const auto pointers = params->root(table).getAs<capnp::AnyStruct>().getPointerSection();
    if (*method.context >= pointers.size()) return nullptr;
    const auto index =
        Placeholder::indexOf(pointers[*method.context].getAs<mp::Context>().getCallbackThread());
    if (!index || *index >= params->slots.size()) return nullptr;
    const auto* remote = std::get_if<std::shared_ptr<Remote>>(&params->slots[*index]);
    if (!remote) return nullptr;
    return capnp::Capability::Client{(*remote)->hook()->addRef()}.castAs<mp::Thread>();
}

void Job::deliver(const std::shared_ptr<Job>& job)
{
    if (job->m_strand->busy) {
        job->m_strand->waiting.push_back(job);
        return;
    }
    job->m_strand->busy = true;
    job->connection->deliver(job);
}

void Job::next(Strand& strand)
{
    strand.busy = false;
    if (strand.waiting.empty()) return;
    const auto job = std::move(strand.waiting.front());
    strand.waiting.pop_front();
    deliver(job);
}

void Job::finish(Message results)
{
    auto sent = std::make_shared<Message>(std::move(results));
    connection->loop()->post([self = shared_from_this(), sent] {
        if (!self->m_pending) return;
        Pending pending{kj::mv(*self->m_pending)};
        self->m_pending.reset();
        // After the connection has ended nobody waits, and the context is gone, too.
        if (pending.fulfiller->isWaiting()) {
            capnp::ReaderCapabilityTable table{capabilitiesOf(self->connection, sent->slots)};
            pending.context.getResults().set(sent->root(table));
            pending.fulfiller->fulfill();
        }
        next(*self->m_strand);
    });
}

void Job::fail(std::string text)
{
    connection->loop()->post([self = shared_from_this(), text = std::move(text)] {
        if (!self->m_pending) return;
        Pending pending{kj::mv(*self->m_pending)};
        self->m_pending.reset();
        pending.fulfiller->reject(KJ_EXCEPTION(FAILED, text));
        next(*self->m_strand);
    });
}

capnp::Capability::Client Export::serve(const std::shared_ptr<Connection>& connection) const
{
    return kj::heap<Object>(connection, m_object, m_table);
}
} // namespace mpbitcoin::extension
