#ifndef MPBITCOIN_IPC_INTERFACES_CHAIN_BULK_TYPES_H
#define MPBITCOIN_IPC_INTERFACES_CHAIN_BULK_TYPES_H

#include <ipc/interfaces/chain/bulk_chain.capnp.guards.h>
#include <ipc/interfaces/chain/chain.capnp.proxy-types.h>

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_BULK_TYPES_H
