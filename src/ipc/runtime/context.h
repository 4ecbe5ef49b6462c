#ifndef MPBITCOIN_IPC_RUNTIME_CONTEXT_H
#define MPBITCOIN_IPC_RUNTIME_CONTEXT_H

#include <ipc/capnp/context.h>

class CScheduler;

namespace mpbitcoin {
//! What the hooks of the interfaces need from the process they run in. It belongs to the event
//! loop's owner and outlives the loop; it is filled before the first connection is served.
struct Context : ipc::capnp::Context
{
    //! For ChainClient::start(): a reference to a scheduler can't be sent.
    CScheduler* scheduler{nullptr};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_CONTEXT_H
