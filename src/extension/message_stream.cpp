#include <extension/message_stream.h>

#include <capnp/rpc.capnp.h>
#include <capnp/serialize.h>
#include <kj/debug.h>

#include <algorithm>
#include <cstring>

namespace mpbitcoin::extension {
namespace {
//! Words that are read ahead. A message of more than half of that gets memory of its own.
constexpr std::size_t BUFFER{8192};
//! Words of a too large message that are enough to identify its call.
constexpr std::size_t PREFIX{1024};
//! Largest number of segments in a message.
constexpr uint64_t SEGMENTS{512};
//! How often we traverse a message: for its size, its content and its capabilities.
constexpr uint64_t PASSES{3};

constexpr kj::StringPtr CUT{"the connection ended in the middle of a message"_kj};

//! An entry of the table at the beginning of a message.
uint64_t tableEntry(kj::ArrayPtr<const capnp::word> words, std::size_t index)
{
    const auto bytes = words.asBytes().slice(index * 4, index * 4 + 4);
    return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | uint64_t{bytes[3]} << 24;
}

//! Words of the table, or its smallest size as long as no word has arrived.
std::size_t tableSize(kj::ArrayPtr<const capnp::word> words)
{
    if (words.size() == 0) return 1;
    const auto segments = tableEntry(words, 0) + 1;
    KJ_REQUIRE(segments <= SEGMENTS, "a message has too many segments");
    return segments / 2 + 1;
}

//! A message that owns its memory.
class Owned final : public capnp::FlatArrayMessageReader
{
public:
    Owned(kj::Array<capnp::word>&& words, const capnp::ReaderOptions& options) :
        FlatArrayMessageReader{words, options}, m_words{kj::mv(words)}
    {
    }

private:
    const kj::Array<capnp::word> m_words;
};

capnp::MessageReaderAndFds whole(kj::Array<capnp::word>&& words,
                                 const capnp::ReaderOptions& options)
{
    return {kj::heap<Owned>(kj::mv(words), options), nullptr};
}

//! The replacement for a too large message: an answer with that error, or a call of no method.
//! `first` is the beginning of the first segment. Capabilities in the dropped message remain in
//! their process until the connection ends. Throws kj::Exception when the message belongs to no
//! call.
kj::Array<capnp::word> standIn(kj::ArrayPtr<const capnp::word> first, const kj::String& why)
{
    namespace rpc = capnp::rpc;
    capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&first, 1)};
    const auto given = reader.getRoot<rpc::Message>();
    capnp::MallocMessageBuilder message;
    auto made = message.initRoot<rpc::Message>();
    if (given.isReturn()) {
        const auto theirs = given.getReturn();
        auto answer = made.initReturn();
        answer.setAnswerId(theirs.getAnswerId());
        answer.setReleaseParamCaps(theirs.getReleaseParamCaps());
        answer.setNoFinishNeeded(theirs.getNoFinishNeeded());
        auto exception = answer.initException();
        exception.setReason(why);
        exception.setType(rpc::Exception::Type::OVERLOADED);
        exception.setTrace(OVER_LIMIT);
    } else {
        KJ_REQUIRE(given.isCall(), why);
        const auto theirs = given.getCall();
        auto call = made.initCall();
        call.setQuestionId(theirs.getQuestionId());
        call.setTarget(theirs.getTarget());
        call.setInterfaceId(LEFT_OUT);
    }
    return capnp::messageToFlatArray(message);
}
} // namespace

MessageStream::MessageStream(kj::AsyncIoStream& stream, uint64_t limit, int nesting) :
    m_stream{stream},
    m_limit{limit / sizeof(capnp::word)},
    m_options{.traversalLimitInWords = PASSES * m_limit, .nestingLimit = nesting},
    m_buffer{kj::heapArray<capnp::word>(BUFFER)}
{
}

kj::Promise<kj::Maybe<capnp::MessageReaderAndFds>> MessageStream::tryReadMessage(
    kj::ArrayPtr<kj::AutoCloseFd>, capnp::ReaderOptions, kj::ArrayPtr<capnp::word>)
{
    return next();
}

kj::Promise<void>
MessageStream::writeMessage(kj::ArrayPtr<const int>,
                            kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>> segments)
{
    return capnp::writeMessage(m_stream, segments);
}

kj::Promise<void> MessageStream::writeMessages(
    kj::ArrayPtr<kj::ArrayPtr<const kj::ArrayPtr<const capnp::word>>> messages)
{
    return capnp::writeMessages(m_stream, messages);
}

kj::Promise<void> MessageStream::end()
{
    m_stream.shutdownWrite();
    return kj::READY_NOW;
}

kj::ArrayPtr<const capnp::word> MessageStream::buffered() const
{
    return m_buffer.slice(m_begin, m_end / sizeof(capnp::word));
}

kj::Promise<MessageStream::Next> MessageStream::next()
{
    const auto there = buffered();
    const auto table = tableSize(there);
    if (there.size() < table) return fill(table);
    const auto words = capnp::expectedSizeInWordsFromPrefix(there);
    if (words > m_limit) {
        const auto prefix = std::min(words, PREFIX);
        return there.size() < prefix ? fill(prefix) : leaveOut(words);
    }
    if (words <= there.size()) return take(words);
    return words > BUFFER / 2 ? takeLarge(words) : fill(words);
}

kj::Promise<MessageStream::Next> MessageStream::fill(std::size_t words)
{
    if (m_end > m_buffer.asBytes().size() / 2) {
        const auto there = drain();
        std::memmove(m_buffer.begin(), there.begin(), there.size());
        m_end = there.size();
    }
    const auto least = (m_begin + words) * sizeof(capnp::word) - m_end;
    auto free = m_buffer.asBytes().slice(m_end, m_buffer.asBytes().size());
    return m_stream.tryRead(free.begin(), least, free.size())
        .then([this, least](std::size_t count) -> kj::Promise<Next> {
            m_end += count;
            if (count >= least) return next();
            if (drain().size() == 0) return Next{};
            return KJ_EXCEPTION(DISCONNECTED, CUT);
        });
}

void MessageStream::consume(std::size_t words)
{
    m_begin += words;
    if (m_begin * sizeof(capnp::word) == m_end) drain();
}

kj::ArrayPtr<const kj::byte> MessageStream::drain()
{
    const auto there = m_buffer.asBytes().slice(m_begin * sizeof(capnp::word), m_end);
    m_begin = 0;
    m_end = 0;
    return there;
}

MessageStream::Next MessageStream::take(std::size_t words)
{
    auto copy = kj::heapArray<capnp::word>(words);
    std::memcpy(copy.begin(), buffered().begin(), words * sizeof(capnp::word));
    consume(words);
    return whole(kj::mv(copy), m_options);
}

kj::Promise<MessageStream::Next> MessageStream::takeLarge(std::size_t words)
{
    auto message = kj::heapArray<capnp::word>(words);
    const auto there = drain();
    std::memcpy(message.begin(), there.begin(), there.size());
    auto rest = message.asBytes().slice(there.size(), message.asBytes().size());
    return m_stream.read(rest.begin(), rest.size())
        .then([this, message = kj::mv(message)]() mutable -> Next {
            return whole(kj::mv(message), m_options);
        });
}

kj::Promise<MessageStream::Next> MessageStream::leaveOut(std::size_t words)
{
    const auto there = buffered();
    const auto table = tableSize(there);
    const auto first = std::min(tableEntry(there, 1), there.size() - table);
    auto message = standIn(there.slice(table, table + first),
                           kj::str("a message of ", words * sizeof(capnp::word),
                                   " bytes, the limit is ", m_limit * sizeof(capnp::word)));
    uint64_t left{0};
    if (words <= there.size()) {
        consume(words);
    } else {
        left = words * sizeof(capnp::word) - drain().size();
    }
    return skip(left).then([this, message = kj::mv(message)]() mutable -> Next {
        return whole(kj::mv(message), m_options);
    });
}

kj::Promise<void> MessageStream::skip(uint64_t bytes)
{
    if (bytes == 0) return kj::READY_NOW;
    auto buffer = m_buffer.asBytes();
    return m_stream.tryRead(buffer.begin(), 1, std::min<std::size_t>(bytes, buffer.size()))
        .then([this, bytes](std::size_t count) -> kj::Promise<void> {
            if (count > 0) return skip(bytes - count);
            return KJ_EXCEPTION(DISCONNECTED, CUT);
        });
}
} // namespace mpbitcoin::extension
