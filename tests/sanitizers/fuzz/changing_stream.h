#ifndef MPBITCOIN_TESTS_FUZZ_CHANGING_STREAM_H
#define MPBITCOIN_TESTS_FUZZ_CHANGING_STREAM_H

#include <choices.h>

#include <kj/async-io.h>

#include <algorithm>
#include <utility>

namespace mpbitcoin::fuzz {
//! A stream that changes bytes on their way to the server.
class ChangingStream final : public kj::AsyncIoStream
{
public:
    ChangingStream(kj::Own<kj::AsyncIoStream> stream, Choices& choices) :
        m_stream{kj::mv(stream)}, m_choices{choices}
    {
    }
    void setActive(bool active) { m_active = active; }

    kj::Promise<size_t> tryRead(void* buffer, size_t min_bytes, size_t max_bytes) override
    {
        return m_stream->tryRead(buffer, min_bytes, max_bytes);
    }
    kj::Promise<void> write(const void* bytes, size_t size) override
    {
        auto changed = kj::heapArray(static_cast<const kj::byte*>(bytes), size);
        change(changed);
        auto written = m_stream->write(changed.begin(), changed.size());
        return written.attach(kj::mv(changed));
    }
    kj::Promise<void> write(kj::ArrayPtr<const kj::ArrayPtr<const kj::byte>> pieces) override
    {
        size_t size{0};
        for (const auto piece : pieces) {
            size += piece.size();
        }
        auto changed = kj::heapArray<kj::byte>(size);
        auto* to = changed.begin();
        for (const auto piece : pieces) {
            to = std::copy(piece.begin(), piece.end(), to);
        }
        change(changed);
        auto written = m_stream->write(changed.begin(), changed.size());
        return written.attach(kj::mv(changed));
    }
    kj::Promise<void> whenWriteDisconnected() override { return m_stream->whenWriteDisconnected(); }
    void shutdownWrite() override { m_stream->shutdownWrite(); }

private:
    void change(kj::ArrayPtr<kj::byte> bytes)
    {
        if (!m_active || bytes.size() == 0 || !m_choices.chance(40)) return;
        for (uint32_t changes{1 + m_choices.below(4)}; changes > 0; --changes) {
            bytes[m_choices.below(bytes.size())] = m_choices.byte();
        }
    }

    kj::Own<kj::AsyncIoStream> m_stream;
    Choices& m_choices;
    bool m_active{false};
};
} // namespace mpbitcoin::fuzz

#endif // MPBITCOIN_TESTS_FUZZ_CHANGING_STREAM_H
