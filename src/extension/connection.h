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

//! Why a call has no result. `kind` is the key in the one table that turns failures into Python's
//! exceptions, errors.from_native().
struct Failure
{
    std::string kind;
    std::string text;
};

//! The limits of a connection.
struct Limits
{
    //! Bytes of a received message.
    uint64_t message;
    //! Bytes of a message that the other process accepts.
    uint64_t sent;
    //! Depth of nested structs and lists.
    int nesting;
    //! Unanswered calls, in each direction.
    uint32_t calls;
    //! Calls that the other process runs in parallel; further calls wait here for their turn.
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
    //! Belongs to the loop after the call has started.
    Message params;
    //! Identifies the call to the caller.
    const uint64_t number;
    //! The call of an object of ours during which this call is made, if any. Set before the start.
    std::shared_ptr<Job> within;

    //! Set the outcome; only the first call counts. Puts this call into the mailbox, if there is
    //! one. Any thread.
    void finish(Outcome outcome);
    //! Whether the call has an outcome.
    bool finished()
    {
        const Lock lock{m_mutex};
        return m_outcome.has_value();
    }
    //! Wait for an outcome, at most until the given time, while another thread runs the loop.
    void waitUntil(std::optional<Clock::time_point> time);
    //! The outcome. Needs no lock: callers know that it is set.
    const Outcome& outcome() const OS_UNCHECKED { return *m_outcome; }

private:
    friend class Connection;

    //! Whether the connection counts this call as waiting. Set before the start.
    bool m_counted{false};
    Mutex m_mutex;
    //! Set until there is an outcome: then the mailbox holds the call.
    std::shared_ptr<Mailbox> m_mailbox OS_GUARDED_BY(m_mutex);
    Condition m_finished;
    //! Never changes once it is set.
    std::optional<Outcome> m_outcome OS_GUARDED_BY(m_mutex);
};

//! A connection to a process. Any thread may call its methods; the loop does the work.
class Connection : public std::enable_shared_from_this<Connection>
{
public:
    //! Takes ownership of the socket `fd`. `mailbox` receives the calls of our objects and the end.
    //! Returns the object that the other process offers first.
    static std::shared_ptr<Remote>
    open(int fd, const Limits& limits, std::shared_ptr<Mailbox> mailbox);
    Connection(int fd, const Limits& limits, std::shared_ptr<Mailbox> mailbox);

    //! Why the other process would reject this message of ours: it is too large.
    std::optional<Failure> refusal(const Message& message) const;
    //! Start a call; its outcome arrives later. With too many calls, the outcome is a Failure.
    void start(const std::shared_ptr<Call>& call);
    //! Wait for a call's outcome; with `start_first`, start the call first. May return without an
    //! outcome: at `until`, or earlier so that the caller can check for signals. Without the GIL.
    void wait(const std::shared_ptr<Call>& call,
              bool start_first,
              std::optional<Clock::time_point> until);
    //! Cancel a call and notify the other process. A call without an outcome fails.
    void cancel(const std::shared_ptr<Call>& call);
    //! Close the socket. Waiting calls fail.
    void close();
    //! Let the processes at the ends of two new connections hold each other's objects, which pass
    //! through here. Each process gets the other's threads instead of ours, and both connections
    //! end together.
    void join(const std::shared_ptr<Connection>& other);
    bool closed() const { return m_closed.load(); }
    //! In the child after fork(): close the socket, which belongs to the parent.
    void closeAfterFork();

    const std::shared_ptr<EventLoop>& loop() const { return m_loop; }
    const Limits& limits() const { return m_limits; }
    //! Put a letter into the mailbox, until the connection has ended. On the loop only.
    void deliver(Letter letter);
    //! The part that lives on the loop, while the connection is open. On the loop only.
    Wire* wire() const { return m_wire; }
    //! Unanswered calls of our objects. On the loop only.
    uint32_t& served() { return m_served; }
    //! The connection that this one is joined with. On the loop only.
    const std::optional<std::weak_ptr<Connection>>& joined() const { return m_joined; }

private:
    friend class Call;
    friend class Wire;

    //! Nothing arrives any more: put the last letter into the mailbox. On the loop only.
    void ended(const std::string& why);

    const std::shared_ptr<EventLoop> m_loop;
    const Limits m_limits;
    //! On the loop only. Null after the connection has ended: letters hold the connection.
    std::shared_ptr<Mailbox> m_mailbox;
    const int m_fd;
    std::atomic<bool> m_closed{false};
    std::atomic<uint32_t> m_calls{0};
    //! Why the connection has ended. On the loop only.
    std::string m_why;
    //! On the loop only.
    uint32_t m_served{0};
    //! Set while the connection is open. On the loop only.
    Wire* m_wire{nullptr};
    //! On the loop only.
    std::optional<std::weak_ptr<Connection>> m_joined;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_CONNECTION_H
