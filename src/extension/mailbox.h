#ifndef MPBITCOIN_EXTENSION_MAILBOX_H
#define MPBITCOIN_EXTENSION_MAILBOX_H

#include <os/mutex.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <variant>
#include <vector>

namespace mpbitcoin::extension {
class Call;
class Job;

//! The number of an object of ours that the other process has released.
struct Released
{
    uint64_t object;
};
//! The connection has ended; no other letter follows.
struct Ended
{
};

using Letter = std::variant<std::shared_ptr<Call>, std::shared_ptr<Job>, Released, Ended>;

//! What the event loop passes to Python's threads: finished calls and calls of our objects. Any
//! thread may call all methods.
class Mailbox : public std::enable_shared_from_this<Mailbox>
{
public:
    //! `pollable`: fileno() becomes readable when there are letters.
    explicit Mailbox(bool pollable);
    ~Mailbox();
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    void put(Letter letter);
    //! Wait for the next letter. An Ended letter stays for other waiting threads. Without the GIL.
    Letter take();
    //! All letters at once.
    std::deque<Letter> takeAll();
    //! Readable while there are letters; -1 when the mailbox is not pollable.
    int fileno() const { return m_pipe[0]; }

private:
    Mutex m_mutex;
    Condition m_arrived;
    std::deque<Letter> m_letters OS_GUARDED_BY(m_mutex);
    int m_pipe[2]{-1, -1};
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_MAILBOX_H
