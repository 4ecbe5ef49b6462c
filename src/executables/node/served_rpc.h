#ifndef MPBITCOIN_EXECUTABLES_NODE_SERVED_RPC_H
#define MPBITCOIN_EXECUTABLES_NODE_SERVED_RPC_H

#include <interfaces/rpc.h>

#include <memory>

namespace node {
struct NodeContext;
} // namespace node

namespace mpbitcoin {
//! The node's RPCs as clients get them. A block that is submitted while the node can't keep it
//! raises std::runtime_error; `node` has to outlive the result.
std::unique_ptr<interfaces::Rpc> ServedRpc(node::NodeContext& node);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_SERVED_RPC_H
