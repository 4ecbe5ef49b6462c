#ifndef MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H
#define MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H

// Types of parameters and results of a chain.
#include <interfaces/handler.h>
#include <ipc/interfaces/chain/chain.capnp.forward.h>
#include <kernel/types.h>
#include <policy/feerate.h>
#include <primitives/block.h>
#include <univalue.h>
#include <util/result.h>

namespace mpbitcoin {
//! A chain that forwards all calls to another chain, which must outlive it.
using ForwardedChain = Forwarded<interfaces::Chain, Reference<interfaces::Chain>>;
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H
