#ifndef MPBITCOIN_IPC_INTERFACES_COMMON_BLOCK_H
#define MPBITCOIN_IPC_INTERFACES_COMMON_BLOCK_H

#include <ipc/capnp/common-types.h>
#include <primitives/block.h>
#include <serialize.h>
#include <streams.h>

#include <cstdint>
#include <span>

namespace mp {
//! CBlock -> Data. The bytes are the same as for any other object, but they are written directly
//! into the message. The tree's generic conversion uses a DataStream, which grows byte by byte and
//! wipes its old memory: for a block of 1 MB this takes most of the call's time. The tree's own
//! proxies include this file, too (see ipc/library.cmake).
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

#endif // MPBITCOIN_IPC_INTERFACES_COMMON_BLOCK_H
