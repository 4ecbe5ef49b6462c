#ifndef MPBITCOIN_EXTENSION_SOCKET_STREAM_H
#define MPBITCOIN_EXTENSION_SOCKET_STREAM_H

#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <kj/function.h>

#include <optional>

namespace mpbitcoin::extension {
//! A connected socket on an event port. KJ's own streams need kj::setupAsyncIo(), which binds them
//! to the calling thread. On the loop only.
class SocketStream final : public kj::AsyncIoStream
{
public:
    //! Takes ownership of `fd`. Calls `ended` when a read or write first shows that the other side
    //! is gone, before anybody else learns it. Throws kj::Exception when the port can't observe the
    //! socket.
    SocketStream(kj::UnixEventPort& port, int fd, kj::Function<void()> ended);
    //! Notifies the other side even if others hold the socket, such as a child of the process.
    ~SocketStream() noexcept(false);

    kj::Promise<std::size_t> tryRead(void* buffer, std::size_t least, std::size_t most) override;
    kj::Promise<void> write(const void* buffer, std::size_t size) override;
    kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override;
    //! Never reports: the next read does.
    kj::Promise<void> whenWriteDisconnected() override { return kj::NEVER_DONE; }
    void shutdownWrite() override;
    kj::Maybe<int> getFd() const override { return m_fd.get(); }

private:
    //! Notifies when a full socket accepts data again. An observer of the socket itself would wake
    //! the loop for every message that the other side reads.
    struct Full
    {
        Full(kj::UnixEventPort& port, kj::AutoCloseFd copy) :
            fd{kj::mv(copy)}, observer{port, fd, kj::UnixEventPort::FdObserver::OBSERVE_WRITE}
        {
        }

        const kj::AutoCloseFd fd;
        kj::UnixEventPort::FdObserver observer;
    };

    //! Read more after the first `done` bytes. A tail call continues it: otherwise each part of a
    //! message would keep a promise alive until all parts have arrived.
    kj::Promise<std::size_t>
    readRest(kj::byte* bytes, std::size_t done, std::size_t least, std::size_t most);
    //! Call it when the socket is empty, and before the loop waits for events again.
    void awaitReadable();
    //! Write the rest of `pieces`, without the first `offset` bytes of the first piece.
    kj::Promise<void> writeRest(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces,
                                std::size_t offset);
    //! Whether errno means that the other side is gone. Data that it sent earlier can still be
    //! read.
    bool gone();
    //! Throw the exception for errno.
    [[noreturn]] void fail(const char* what);

    kj::Promise<void> whenWritable();

    kj::UnixEventPort& m_port;
    const kj::AutoCloseFd m_fd;
    kj::UnixEventPort::FdObserver m_observer;
    //! Set when the socket is empty, which a short read shows, too: the next read can skip its
    //! first attempt.
    std::optional<kj::Promise<void>> m_readable;
    //! Set while a write waits.
    std::optional<Full> m_full;
    kj::Function<void()> m_ended;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_SOCKET_STREAM_H
