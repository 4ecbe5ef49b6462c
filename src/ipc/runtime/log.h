#ifndef MPBITCOIN_IPC_RUNTIME_LOG_H
#define MPBITCOIN_IPC_RUNTIME_LOG_H

#include <mp/proxy-io.h>

namespace mpbitcoin {
//! How the event loop logs: requests and responses with -debug=ipc, their contents with
//! -loglevel=ipc:trace, faults always. A message at level Raise is thrown as ipc::Exception in the
//! thread that made the call.
mp::LogOptions MakeLogOptions();
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_LOG_H
