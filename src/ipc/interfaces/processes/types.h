#ifndef MPBITCOIN_IPC_INTERFACES_PROCESSES_TYPES_H
#define MPBITCOIN_IPC_INTERFACES_PROCESSES_TYPES_H

#include <ipc/capnp/init.capnp.proxy-types.h>
#include <ipc/interfaces/chain/bulk_chain.capnp.proxy-types.h>
#include <ipc/interfaces/chain/chain.capnp.proxy-types.h>
#include <ipc/interfaces/common/common.capnp.proxy-types.h>
#include <ipc/interfaces/processes/processes.capnp.guards.h>
#include <ipc/interfaces/wallet/wallet_loader.capnp.proxy-types.h>

namespace mpbitcoin {
//! The messages of processes.capnp, in the namespace of the messages from which they inherit.
namespace process_messages = ::ipc::capnp::messages;
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_PROCESSES_TYPES_H
