#ifndef MPBITCOIN_EXTENSION_MESSAGE_STREAM_H
#define MPBITCOIN_EXTENSION_MESSAGE_STREAM_H

#include <capnp/serialize-async.h>
#include <kj/async-io.h>

#include <cstdint>

namespace mpbitcoin::extension {
//! The interface in a call that replaces a too large one. No interface has this id.
constexpr uint64_t LEFT_OUT{0};

//! The trace of the error that replaces an answer over the limit. Refusals by the other process
//! have the same error type.
constexpr const char* OVER_LIMIT{"over the limit"};

//! The messages of a connection. Cap'n Proto's own streams end the connection when a message is too
//! large. Here only the call that the message belongs to fails. On the loop only.
class MessageStream final : public capnp::MessageStream
{
public:
    //! Accepts messages of up to `limit` bytes.
    MessageStream(kj::AsyncIoStream& stream, uint64_t limit, int nesting);

    //! Uses the constructor's options and ignores all arguments.
    kj::Promise<kj::Maybe<capnp::MessageReaderAndFds>>
    tryReadMessage(kj::ArrayPtr<kj::AutoCloseFd> descriptors,
                   capnp::ReaderOptions options,
                   kj::ArrayPtr<capnp::word> scratch) override;
    kj::Promise<void>
    writeMessage(kj::ArrayPtr<const int> descriptors,
                 kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments) override;
    kj::Promise<void> writeMessages(
        kj::ArrayPtr<kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>> messages) override;
    kj::Maybe<int> getSendBufferSize() override { return nullptr; }
    kj::Promise<void> end() override;

private:
    using Next = kj::Maybe<capnp::MessageReaderAndFds>;

    //! The next message's words that have arrived, and perhaps words of later messages.
    kj::ArrayPtr<const capnp::word> buffered() const;
    //! The next complete message, or nothing at the end.
    kj::Promise<Next> next();
    //! Read until `words` are buffered. The buffer has room for them.
    kj::Promise<Next> fill(std::size_t words);
    //! A buffered message.
    Next take(std::size_t words);
    //! A message that does not fit into the buffer.
    kj::Promise<Next> takeLarge(std::size_t words);
    //! The replacement for a too large message, after its bytes have arrived.
    kj::Promise<Next> leaveOut(std::size_t words);
    kj::Promise<void> skip(uint64_t bytes);
    //! Drop buffered words.
    void consume(std::size_t words);
    //! Take all buffered bytes.
    kj::ArrayPtr<const kj::byte> drain();

    kj::AsyncIoStream& m_stream;
    const std::size_t m_limit;
    const capnp::ReaderOptions m_options;
    kj::Array<capnp::word> m_buffer;
    //! The buffer's first word of the next message, and its first free byte.
    std::size_t m_begin{0};
    std::size_t m_end{0};
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_MESSAGE_STREAM_H
