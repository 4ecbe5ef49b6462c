#include <extension/socket_stream.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <kj/debug.h>

#include <algorithm>
#include <cerrno>

namespace mpbitcoin::extension {
namespace {
//! Largest number of pieces in one write.
constexpr std::size_t MAX_PIECES{64};

int prepared(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return fd;
}
} // namespace

SocketStream::SocketStream(kj::UnixEventPort& port, int fd, kj::Function<void()> ended) :
    m_port{port},
    m_fd{prepared(fd)},
    m_observer{port, fd, kj::UnixEventPort::FdObserver::OBSERVE_READ},
    m_ended{kj::mv(ended)}
{
}

SocketStream::~SocketStream() noexcept(false)
{
    ::shutdown(m_fd, SHUT_RDWR);
}

bool SocketStream::gone()
{
    if (errno != EPIPE && errno != ECONNRESET) return false;
    m_ended();
    // Without this, a peer that only stops reading would let us wait.
    ::shutdown(m_fd, SHUT_RDWR);
    return true;
}

void SocketStream::fail(const char* what)
{
    const int error{errno};
    m_ended();
    KJ_FAIL_SYSCALL(what, error);
}

kj::Promise<std::size_t> SocketStream::tryRead(void* buffer, std::size_t least, std::size_t most)
{
    return readRest(static_cast<kj::byte*>(buffer), 0, least, most);
}

kj::Promise<std::size_t>
SocketStream::readRest(kj::byte* bytes, std::size_t done, std::size_t least, std::size_t most)
{
    do {
        if (m_readable) {
            auto readable = kj::mv(*m_readable);
            m_readable.reset();
            return readable.then(
                [this, bytes, done, least, most] { return readRest(bytes, done, least, most); });
        }
        const ssize_t count{::read(m_fd, bytes + done, most - done)};
        if (count > 0) {
            done += static_cast<std::size_t>(count);
            if (done < most && !m_observer.atEndHint().orDefault(true)) awaitReadable();
        } else if (count == 0) {
            m_ended();
            return done;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            awaitReadable();
        } else if (gone()) {
            return done;
        } else if (errno != EINTR) {
            fail("read()");
        }
    } while (done < least);
    return done;
}

void SocketStream::awaitReadable()
{
    m_readable = m_observer.whenBecomesReadable();
}

kj::Promise<void> SocketStream::write(const void* buffer, std::size_t size)
{
    auto piece = kj::heapArray<kj::ArrayPtr<const kj::byte>>(
        {kj::arrayPtr(static_cast<const kj::byte*>(buffer), size)});
    auto written = writeRest(piece, 0);
    return written.attach(kj::mv(piece));
}

kj::Promise<void> SocketStream::write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces)
{
    return writeRest(pieces, 0);
}

kj::Promise<void> SocketStream::writeRest(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces,
                                          std::size_t offset)
{
    while (pieces.size() > 0) {
        iovec parts[MAX_PIECES];
        const auto count = std::min(pieces.size(), MAX_PIECES);
        for (std::size_t index = 0; index < count; ++index) {
            const auto from = index == 0 ? offset : 0;
            parts[index] = {const_cast<kj::byte*>(pieces[index].begin()) + from,
                            pieces[index].size() - from};
        }
        msghdr message{};
        message.msg_iov = parts;
        message.msg_iovlen = count;
        const ssize_t sent{::sendmsg(m_fd, &message, MSG_NOSIGNAL)};
        if (sent >= 0) {
            offset += static_cast<std::size_t>(sent);
            while (pieces.size() > 0 && offset >= pieces[0].size()) {
                offset -= pieces[0].size();
                pieces = pieces.slice(1, pieces.size());
            }
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return whenWritable().then(
                [this, pieces, offset] { return writeRest(pieces, offset); });
        } else if (gone()) {
            // The reason may arrive by the next read.
            break;
        } else if (errno != EINTR) {
            fail("sendmsg()");
        }
    }
    m_full.reset();
    return kj::READY_NOW;
}

kj::Promise<void> SocketStream::whenWritable()
{
    if (!m_full) {
        // The port accepts a second registration under another number.
        const int copy{fcntl(m_fd, F_DUPFD_CLOEXEC, 0)};
        if (copy < 0) fail("fcntl()");
        m_full.emplace(m_port, kj::AutoCloseFd{copy});
    }
    return m_full->observer.whenBecomesWritable();
}

void SocketStream::shutdownWrite()
{
    // Fails when the other side is gone: then it needs no notification.
    ::shutdown(m_fd, SHUT_WR);
}
} // namespace mpbitcoin::extension
