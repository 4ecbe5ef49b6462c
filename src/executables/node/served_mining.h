#ifndef MPBITCOIN_EXECUTABLES_NODE_SERVED_MINING_H
#define MPBITCOIN_EXECUTABLES_NODE_SERVED_MINING_H

#include <interfaces/mining.h>

#include <memory>

namespace mpbitcoin {
//! The node's mining for clients. Waits end when their client leaves. Calls that would harm the
//! node raise std::runtime_error: a solution without its coinbase, and new blocks while the node
//! reads its block files. All others go to `mining`. Null for null.
std::unique_ptr<interfaces::Mining> ServedMining(std::unique_ptr<interfaces::Mining> mining);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_SERVED_MINING_H
