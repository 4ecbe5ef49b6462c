#ifndef MPBITCOIN_EXTENSION_CONNECTION_H
#define MPBITCOIN_EXTENSION_CONNECTION_H

#include <extension/event_loop.h>
#include <extension/mailbox.h>
#include <extension/message.h>
#include <os/mutex.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpbitcoin::extension {
class Connection;
class Wire;
struct MethodWire;

//! Why a call has no result. `kind` is the key of the one table that makes Python's exceptions of
//! it, errors.from_native().
struct Failure
{
    std::string kind;
    std::string text;
};

//! What a connection takes at most.
struct Limits
{
    //! Bytes of a message that is taken.
    uint64_t message;
    //! Bytes of a message that the other process takes.
    uint64_t sent;
    //! Depth of structs and lists in each other.
    int nesting;
    //! Calls without an answer yet, in both directions.
    uint32_t calls;
    //! Calls that the other process runs at once; others wait for their turn here.
    uint32_t workers;
};

//! A capability: an object of the other process. Any thread may hold and drop it.
class Remote
{
public:
    Remote(std::shared_ptr<Connection> connection, kj::Own<capnp::ClientHook> hook) :
        m_connection{std::move(connection)}, m_hook{kj::mv(hook)}
    {
    }
    ~Remote();
    Remote(const Remote&) = delete;
    Remote& operator=(const Remote&) = delete;

    const std::shared_ptr<Connection>& connection() const { return m_connection; }
    //! On the loop only.
    kj::Own<capnp::ClientHook>& hook() { return m_hook; }

private:
    const std::shared_ptr<Connection> m_connection;
    //! On the loop only.
    kj::Own<capnp::ClientHook> m_hook;
};

using Outcome = std::variant<std::shared_ptr<const Message>, Failure>;

//! One call and its outcome.
class Call : public std::enable_shared_from_this<Call>
{
public:
    Call(std::shared_ptr<Remote> target,
         const MethodWire& method,
         Message params,
         std::shared_ptr<Mailbox> mailbox,
         uint64_t number) :
        target{std::move(target)},
        method{method},
        params{std::move(params)},
        number{number},
        m_mailbox{std::move(mailbox)}
    {
    }

    const std::shared_ptr<Remote> target;
    //! Methods are never destroyed.
    const MethodWire& method;
    //! Belongs to the loop once the call is started.
    Message params;
    //! The caller's own, to know it by.
    const uint64_t number;
    //! The call of an object of ours that this one is made in, if there is one. Set before it
    //! starts.
    std::shared_ptr<Job> within;

    //! Any thread: the outcome, once. It goes to the mailbox, if there is one.
    void finish(Outcome outcome);
    //! Whether there is an outcome.
    bool finished()
    {
        const Lock lock{m_mutex};
        return m_outcome.has_value();
    }
    //! Waits for an outcome while another thread runs the loop, until the time if one is given.
    void waitUntil(std::optional<Clock::time_point> time);
    //! The outcome. Only once it is there: then it needs no lock.
    const Outcome& outcome() const OS_UNCHECKED { return *m_outcome; }

private:
    friend class Connection;

    //! Whether the connection counts it among the calls that wait. Set before it is started.
    bool m_counted{false};
    Mutex m_mutex;
    //! Until there is an outcome: the mailbox holds the call then.
    std::shared_ptr<Mailbox> m_mailbox OS_GUARDED_BY(m_mutex);
    Condition m_finished;
    //! It does not change once it is set.
    std::optional<Outcome> m_outcome OS_GUARDED_BY(m_mutex);
};

//! A connection to a process. Its methods are for any thread; the loop does the work.
class Connection : public std::enable_shared_from_this<Connection>
{
public:
    //! Takes over the socket `fd`. `mailbox` gets the calls of our objects, and the end. The
    //! object that the other process offers first.
    static std::shared_ptr<Remote>
    open(int fd, const Limits& limits, std::shared_ptr<Mailbox> mailbox);
    Connection(int fd, const Limits& limits, std::shared_ptr<Mailbox> mailbox);

    //! Why a message of ours can't be sent: it is larger than the other process takes.
    std::optional<Failure> refusal(const Message& message) const;
    //! Start a call, whose outcome comes later. A Failure is the outcome when there are too many.
    void start(const std::shared_ptr<Call>& call);
    //! Wait for a call's outcome, which may start with starting it. May return without one: at
    //! `until`, and before when there may be signals to look at. Without the GIL.
    void wait(const std::shared_ptr<Call>& call,
              bool start_first,
              std::optional<Clock::time_point> until);
    //! Cancel a call and notify the other process. The call fails unless it has an outcome.
    void cancel(const std::shared_ptr<Call>& call);
    //! Closes the socket; calls that wait fail.
    void close();
    //! Let the processes at the ends of two new connections hold each other's objects, which pass
    //! through here: each is given the other's threads for ours, and both connections end at once.
    void join(const std::shared_ptr<Connection>& other);
    bool closed() const { return m_closed.load(); }
    //! The child after fork(): closes the socket, which is the parent's.
    void closeAfterFork();

    const std::shared_ptr<EventLoop>& loop() const { return m_loop; }
    const Limits& limits() const { return m_limits; }
    //! On the loop only: put a letter into the mailbox, until the connection has ended.
    void deliver(Letter letter);
    //! On the loop only: the part that lives there, while the connection is open.
    Wire* wire() const { return m_wire; }
    //! On the loop only: calls of our objects without an answer yet.
    uint32_t& served() { return m_served; }
    //! On the loop only: the connection that this one is joined with.
    const std::optional<std::weak_ptr<Connection>>& joined() const { return m_joined; }

private:
    friend class Call;
    friend class Wire;

    //! On the loop only: nothing arrives any more; the mailbox gets this as its last message.
    void ended(const std::string& why);

    const std::shared_ptr<EventLoop> m_loop;
    const Limits m_limits;
    //! On the loop only. Not there when the connection has ended: letters hold the connection.
    std::shared_ptr<Mailbox> m_mailbox;
    const int m_fd;
    std::atomic<bool> m_closed{false};
    std::atomic<uint32_t> m_calls{0};
    //! On the loop only: why the connection has ended.
    std::string m_why;
    //! On the loop only.
    uint32_t m_served{0};
    //! On the loop only; it lives as long as the connection is open.
    Wire* m_wire{nullptr};
    //! On the loop only.
    std::optional<std::weak_ptr<Connection>> m_joined;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_CONNECTION_H
