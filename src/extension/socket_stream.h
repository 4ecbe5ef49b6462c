#ifndef MPBITCOIN_EXTENSION_SOCKET_STREAM_H
#define MPBITCOIN_EXTENSION_SOCKET_STREAM_H

#include <kj/async-io.h>
#include <kj/async-unix.h>
#include <kj/function.h>

#include <optional>

namespace mpbitcoin::extension {
//! A connected socket on an event port. KJ's own streams come with kj::setupAsyncIo(), which ties
//! them to the thread that called it. On the loop only.
class SocketStream final : public kj::AsyncIoStream
{
public:
    //! Takes over `fd`. `ended` is called when a read or write first shows that the other side is
    //! gone, before anything else gets to know. Throws kj::Exception when it can't be observed.
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
    //! Notifies when a full socket accepts data again. An observer of the socket itself would
    //! wake the loop for every message that the other side has read.
    struct Full
    {
        Full(kj::UnixEventPort& port, kj::AutoCloseFd copy) :
            fd{kj::mv(copy)}, observer{port, fd, kj::UnixEventPort::FdObserver::OBSERVE_WRITE}
        {
        }

        const kj::AutoCloseFd fd;
        kj::UnixEventPort::FdObserver observer;
    };

    //! Reads behind the `done` bytes that are there. It calls itself in the last place alone:
    //! otherwise each part of a message would leave a promise behind until all have come.
    kj::Promise<std::size_t>
    readRest(kj::byte* bytes, std::size_t done, std::size_t least, std::size_t most);
    //! To be called when the socket is empty, and before the loop looks for events again.
    void awaitReadable();
    //! Writes what is left of `pieces`, of which the first lacks its first `offset` bytes.
    kj::Promise<void> writeRest(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces,
                                std::size_t offset);
    //! Whether errno means that the other side is gone. What it sent before is still read.
    bool gone();
    //! Throws the exception for errno.
    [[noreturn]] void fail(const char* what);

    kj::Promise<void> whenWritable();

    kj::UnixEventPort& m_port;
    const kj::AutoCloseFd m_fd;
    kj::UnixEventPort::FdObserver m_observer;
    //! Set when the socket is empty, which a short read shows, too: the next read can skip its
    //! first attempt.
    std::optional<kj::Promise<void>> m_readable;
    //! While a write waits.
    std::optional<Full> m_full;
    kj::Function<void()> m_ended;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_SOCKET_STREAM_H
