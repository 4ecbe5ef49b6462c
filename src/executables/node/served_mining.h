#ifndef MPBITCOIN_EXECUTABLES_NODE_SERVED_MINING_H
#define MPBITCOIN_EXECUTABLES_NODE_SERVED_MINING_H

#include <interfaces/mining.h>

#include <memory>

namespace mpbitcoin {
//! The node's mining as clients get it. Waits of a client that has left end. What would harm the
//! node raises std::runtime_error: a solution without its coinbase, and new blocks while it reads
//! its block files. All else goes to `mining`. Null for null.
std::unique_ptr<interfaces::Mining> ServedMining(std::unique_ptr<interfaces::Mining> mining);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_SERVED_MINING_H
