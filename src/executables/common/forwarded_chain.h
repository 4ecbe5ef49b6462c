#ifndef MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H
#define MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H

// What calls of a chain take and return.
#include <interfaces/handler.h>
#include <ipc/interfaces/chain/chain.capnp.forward.h>
#include <kernel/types.h>
#include <policy/feerate.h>
#include <primitives/block.h>
#include <univalue.h>
#include <util/result.h>

namespace mpbitcoin {
//! A chain that passes all calls on to another one, which has to outlive it.
using ForwardedChain = Forwarded<interfaces::Chain, Reference<interfaces::Chain>>;
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H
