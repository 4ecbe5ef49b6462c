#ifndef MPBITCOIN_EXECUTABLES_NODE_SERVED_RPC_H
#define MPBITCOIN_EXECUTABLES_NODE_SERVED_RPC_H

#include <interfaces/rpc.h>

#include <memory>

namespace node {
struct NodeContext;
} // namespace node

namespace mpbitcoin {
//! The node's RPCs for clients. Submitting a block that the node can't store now raises
//! std::runtime_error. `node` must outlive the result.
std::unique_ptr<interfaces::Rpc> ServedRpc(node::NodeContext& node);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_SERVED_RPC_H
