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

//! Represents an entry of a message's capability table away from the event loop, which alone may
//! touch real ones. Belongs to the thread that made it.
class Placeholder final : public capnp::ClientHook, public kj::Refcounted
{
public:
    explicit Placeholder(std::size_t index) : m_index{index} {}

    //! Index of the placeholder behind `client`; nothing when it is null or another capability.
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

//! Represents our threads that the other process may ask for.
struct Threads
{
};

//! An entry of a message's capability table: nothing yet, an object of the other process, one
//! of ours, our threads.
using Slot =
    std::variant<std::monostate, std::shared_ptr<Remote>, std::shared_ptr<Export>, Threads>;

//! An answer without capabilities that stays where it has arrived. Any thread may drop it, and read
//! it when no other does.
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

//! A message that has left its connection, or is on its way into one: any thread may read it. It is
//! either made here, of words, or has arrived.
struct Message
{
    std::unique_ptr<capnp::MallocMessageBuilder> words;
    std::vector<Slot> slots;
    std::unique_ptr<Arrived> arrived;

    //! The root, in which capabilities are Placeholders with the index of their slot.
    //! `table` has to outlive what is read.
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
