#ifndef MPBITCOIN_IPC_RUNTIME_CONTEXT_H
#define MPBITCOIN_IPC_RUNTIME_CONTEXT_H

#include <ipc/capnp/context.h>

class CScheduler;

namespace mpbitcoin {
//! What the interfaces' hooks need from their process. Belongs to the owner of the event loop and
//! outlives the loop. Complete before the first connection is served.
struct Context : ipc::capnp::Context
{
    //! For ChainClient::start(): a reference to a scheduler can't be sent.
    CScheduler* scheduler{nullptr};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_CONTEXT_H
