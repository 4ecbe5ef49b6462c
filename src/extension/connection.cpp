#include <extension/connection.h>
#include <extension/method.h>
#include <extension/wire.h>
#include <unistd.h>

namespace mpbitcoin::extension {
namespace {
//! Upper limits of the bytes that a message needs beside its content, and for each capability: a
//! message over the limit must be rejected here.
constexpr uint64_t ENVELOPE{1024};
constexpr uint64_t SLOT{64};
} // namespace

Remote::~Remote()
{
    if (m_hook.get() != nullptr) m_connection->loop()->postLater([hook = kj::mv(m_hook)] {});
}

void Call::finish(Outcome outcome)
{
    std::shared_ptr<Mailbox> mailbox;
    {
        const Lock lock{m_mutex};
        if (m_outcome) return;
        m_outcome = std::move(outcome);
        mailbox.swap(m_mailbox);
        if (m_counted) target->connection()->m_calls.fetch_sub(1);
    }
    // After the lock is released: otherwise the waiting thread wakes up only to wait for it.
    m_finished.notifyAll();
    if (mailbox) mailbox->put(shared_from_this());
}

void Call::waitUntil(std::optional<Clock::time_point> time)
{
    const Lock lock{m_mutex};
    while (!m_outcome) {
        if (!time) {
            m_finished.wait(m_mutex);
        } else if (!m_finished.waitUntil(m_mutex, *time)) {
            return;
        }
    }
}

Connection::Connection(int fd, const Limits& limits, std::shared_ptr<Mailbox> mailbox) :
    m_loop{EventLoop::shared()}, m_limits{limits}, m_mailbox{std::move(mailbox)}, m_fd{fd}
{
}

std::shared_ptr<Remote>
Connection::open(int fd, const Limits& limits, std::shared_ptr<Mailbox> mailbox)
{
    auto connection = std::make_shared<Connection>(fd, limits, std::move(mailbox));
    auto first = std::make_shared<Remote>(connection, kj::Own<capnp::ClientHook>{});
    connection->m_loop->postLater([connection, first] {
        try {
            auto wire = kj::heap<Wire>(connection);
            first->hook() = capnp::ClientHook::from(wire->bootstrap());
            auto* const address = wire.get();
            connection->m_loop->belongings().emplace(address, kj::mv(wire));
        } catch (const kj::Exception& exception) {
            // Without a socket, every call fails with this reason.
            connection->ended(exception.getDescription().cStr());
        }
    });
    return first;
}

std::optional<Failure> Connection::refusal(const Message& message) const
{
    const uint64_t size{ENVELOPE + message.words->sizeInWords() * sizeof(capnp::word) +
                        message.slots.size() * SLOT};
    if (size <= m_limits.sent) return std::nullopt;
    return Failure{"sent",
                   std::to_string(size) + " bytes, the limit is " + std::to_string(m_limits.sent)};
}

void Connection::deliver(Letter letter)
{
    if (m_mailbox) m_mailbox->put(std::move(letter));
}

void Connection::ended(const std::string& why)
{
    m_closed = true;
    m_wire = nullptr;
    m_why = why;
    deliver(Ended{});
    m_mailbox.reset();
}

void Connection::start(const std::shared_ptr<Call>& call)
{
    if (!m_loop->isOurs()) return call->finish(Failure{"forked", ""});
    if (auto failure = refusal(call->params)) return call->finish(std::move(*failure));
    if (m_calls.fetch_add(1) >= m_limits.calls) {
        m_calls.fetch_sub(1);
        return call->finish(Failure{"limit", std::to_string(m_limits.calls) +
                                                 " calls are already waiting for an answer"});
    }
    call->m_counted = true;
    const bool posted = m_loop->post([self = shared_from_this(), call] {
        if (self->m_wire) return self->m_wire->start(call);
        call->finish(Failure{"unsent", self->m_why});
    });
    if (!posted) call->finish(Failure{"unsent", "the interpreter is ending"});
}

void Connection::wait(const std::shared_ptr<Call>& call,
                      bool start_first,
                      std::optional<Clock::time_point> until)
{
    // Take the turn before the call is posted: then no other thread has to wake up for it.
    EventLoop::Turn turn{*m_loop};
    if (start_first) start(call);
    if (turn) {
        turn.run([&] { return call->finished(); }, until);
    } else {
        call->waitUntil(until);
    }
}

void Connection::cancel(const std::shared_ptr<Call>& call)
{
    m_loop->post([self = shared_from_this(), call] {
        if (self->m_wire) self->m_wire->cancel(call);
    });
}

void Connection::close()
{
    m_closed = true;
    m_loop->post([self = shared_from_this()] {
        if (self->m_wire) self->m_wire->end("the connection was closed");
    });
}

void Connection::join(const std::shared_ptr<Connection>& other)
{
    m_loop->post([self = shared_from_this(), other] {
        self->m_joined = other;
        other->m_joined = self;
        // One of them may have ended earlier.
        if (self->m_wire && !other->m_wire) self->m_wire->end(JOINED_HAS_ENDED);
        if (other->m_wire && !self->m_wire) other->m_wire->end(JOINED_HAS_ENDED);
    });
}

void Connection::closeAfterFork()
{
    if (!m_closed.exchange(true)) ::close(m_fd);
}
} // namespace mpbitcoin::extension
