#ifndef MPBITCOIN_EXTENSION_MESSAGE_H
#define MPBITCOIN_EXTENSION_MESSAGE_H

#include <capnp/any.h>
#include <capnp/capability.h>
#include <capnp/message.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace mpbitcoin::extension {
class EventLoop;
class Export;
class Remote;

//! Represents an entry of a message's capability table outside of the event loop, which alone may
//! touch real capabilities. Belongs to the thread that made it.
class Placeholder final : public capnp::ClientHook, public kj::Refcounted
{
public:
    explicit Placeholder(std::size_t index) : m_index{index} {}

    //! Index of the placeholder behind `client`, or nothing for null and other capabilities.
    static std::optional<std::size_t> indexOf(capnp::Capability::Client client);

    capnp::Request<capnp::AnyPointer, capnp::AnyPointer> newCall(uint64_t interface_id,
                                                                 uint16_t method_id,
                                                                 kj::Maybe<capnp::MessageSize> size,
                                                                 CallHints hints) override;
    VoidPromiseAndPipeline call(uint64_t interface_id,
                                uint16_t method_id,
                                kj::Own<capnp::CallContextHook>&& context,
                                CallHints hints) override;
    kj::Maybe<ClientHook&> getResolved() override { return nullptr; }
    kj::Maybe<kj::Promise<kj::Own<ClientHook>>> whenMoreResolved() override { return nullptr; }
    kj::Own<ClientHook> addRef() override { return kj::addRef(*this); }
    const void* getBrand() override { return &BRAND; }
    kj::Maybe<int> getFd() override { return nullptr; }

private:
    static const int BRAND;

    const std::size_t m_index;
};

//! Represents our threads, which the other process may request.
struct Threads
{
};

//! An entry of a message's capability table: empty, an object of the other process, an object of
//! ours, or our threads.
using Slot =
    std::variant<std::monostate, std::shared_ptr<Remote>, std::shared_ptr<Export>, Threads>;

//! An answer without capabilities that stays in the memory where it arrived. Any thread may drop
//! it, and read it while no other thread does.
class Arrived
{
public:
    //! On the loop only.
    Arrived(std::shared_ptr<EventLoop> loop, capnp::Response<capnp::AnyPointer>&& response);
    ~Arrived();
    Arrived(const Arrived&) = delete;
    Arrived& operator=(const Arrived&) = delete;

    capnp::AnyPointer::Reader root() const { return m_response; }

private:
    const std::shared_ptr<EventLoop> m_loop;
    //! Destroyed on the loop.
    capnp::Response<capnp::AnyPointer> m_response;
};

//! A message outside of a connection; any thread may read it. Its content is either words that we
//! made, or an answer that has arrived.
struct Message
{
    std::unique_ptr<capnp::MallocMessageBuilder> words;
    std::vector<Slot> slots;
    std::unique_ptr<Arrived> arrived;

    //! The root, whose capabilities are Placeholders with the index of their slot. `table` must
    //! outlive the reader.
    capnp::AnyPointer::Reader root(capnp::ReaderCapabilityTable& table) const
    {
        return table.imbue(arrived ? arrived->root()
                                   : words->getRoot<capnp::AnyPointer>().asReader());
    }
    //! The table for root().
    capnp::ReaderCapabilityTable placeholders() const;
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_MESSAGE_H
