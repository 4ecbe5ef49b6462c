//! The server of Mining. It is the source that the tree's IPC library has, too, compiled with one
//! more overload; the linker uses this object instead of the library's.

#include <ipc/capnp/common-types.h>
#include <primitives/block.h>
#include <serialize.h>
#include <streams.h>

#include <cstdint>
#include <span>

namespace mp {
//! CBlock -> Data: the same bytes as the tree's overload for all objects makes, but written
//! straight into the message. That one writes into a DataStream first, which grows byte by byte and
//! wipes the memory that it leaves: with a block of 1 MB, most of the call's time.
template <typename Value, typename Output>
void CustomBuildField(TypeList<CBlock>, Priority<2>, InvokeContext&, Value&& block, Output&& output)
{
    SizeComputer counter;
    auto counted{ipc::capnp::Wrap(counter)};
    block.Serialize(counted);
    auto data = output.init(counter.size());
    SpanWriter writer{std::as_writable_bytes(std::span<uint8_t>{data.begin(), data.size()})};
    auto written{ipc::capnp::Wrap(writer)};
    block.Serialize(written);
}
} // namespace mp

#include <ipc/capnp/mining.capnp.proxy-server.c++> // after the overload
