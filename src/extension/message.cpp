#include <extension/event_loop.h>
#include <extension/message.h>

namespace mpbitcoin::extension {
const int Placeholder::BRAND{0};

std::optional<std::size_t> Placeholder::indexOf(capnp::Capability::Client client)
{
    auto hook = capnp::ClientHook::from(kj::mv(client));
    if (hook->getBrand() != &BRAND) return std::nullopt;
    return static_cast<const Placeholder&>(*hook).m_index;
}

capnp::Request<capnp::AnyPointer, capnp::AnyPointer>
Placeholder::newCall(uint64_t, uint16_t, kj::Maybe<capnp::MessageSize>, CallHints)
{
    KJ_FAIL_REQUIRE("a capability was called outside of its event loop");
}

capnp::ClientHook::VoidPromiseAndPipeline
Placeholder::call(uint64_t, uint16_t, kj::Own<capnp::CallContextHook>&&, CallHints)
{
    KJ_FAIL_REQUIRE("a capability was called outside of its event loop");
}

Arrived::Arrived(std::shared_ptr<EventLoop> loop, capnp::Response<capnp::AnyPointer>&& response) :
    m_loop{std::move(loop)}, m_response{kj::mv(response)}
{
}

Arrived::~Arrived()
{
    m_loop->postLater([response = kj::mv(m_response)] {});
}

capnp::ReaderCapabilityTable Message::placeholders() const
{
    auto table = kj::heapArrayBuilder<kj::Maybe<kj::Own<capnp::ClientHook>>>(slots.size());
    for (std::size_t index = 0; index < slots.size(); ++index) {
        table.add(kj::Own<capnp::ClientHook>{kj::refcounted<Placeholder>(index)});
    }
    return capnp::ReaderCapabilityTable{table.finish()};
}
} // namespace mpbitcoin::extension
