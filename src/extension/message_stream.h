#ifndef MPBITCOIN_EXTENSION_MESSAGE_STREAM_H
#define MPBITCOIN_EXTENSION_MESSAGE_STREAM_H

#include <capnp/serialize-async.h>
#include <kj/async-io.h>

#include <cstdint>

namespace mpbitcoin::extension {
//! The interface that a call is made of which was larger than we take: none.
constexpr uint64_t LEFT_OUT{0};

//! The trace of the error that replaces an answer over the limit. Refusals of the other process
//! have the same type.
constexpr const char* OVER_LIMIT{"over the limit"};

//! The messages of a connection. Cap'n Proto's own streams end it for one that is too large; here
//! such a message is left out, and the call that it belongs to fails. On the loop only.
class MessageStream final : public capnp::MessageStream
{
public:
    //! Takes messages of up to `limit` bytes.
    MessageStream(kj::AsyncIoStream& stream, uint64_t limit, int nesting);

    //! The options are those of the constructor, whatever is given. Neither descriptors nor
    //! scratch space are used.
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

    //! Words of the next message that have arrived, and perhaps of others behind it.
    kj::ArrayPtr<const capnp::word> buffered() const;
    //! The next message, whole; nothing at the end.
    kj::Promise<Next> next();
    //! Reads on until `words` are buffered, which the buffer has room for.
    kj::Promise<Next> fill(std::size_t words);
    //! A message that is buffered.
    Next take(std::size_t words);
    //! A message that the buffer has no room for.
    kj::Promise<Next> takeLarge(std::size_t words);
    //! The replacement of a message that is too large, once its bytes have arrived.
    kj::Promise<Next> leaveOut(std::size_t words);
    kj::Promise<void> skip(uint64_t bytes);
    //! Forgets words that are buffered.
    void consume(std::size_t words);
    //! Takes all bytes that are buffered.
    kj::ArrayPtr<const kj::byte> drain();

    kj::AsyncIoStream& m_stream;
    const std::size_t m_limit;
    const capnp::ReaderOptions m_options;
    kj::Array<capnp::word> m_buffer;
    //! The word of the buffer that the next message begins with, and the first byte that is free.
    std::size_t m_begin{0};
    std::size_t m_end{0};
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_MESSAGE_STREAM_H
