// The server side of Echo, on libmultiprocess.

#ifndef MPBITCOIN_BENCHMARKS_IPC_ECHO_SERVER_H
#define MPBITCOIN_BENCHMARKS_IPC_ECHO_SERVER_H

#include <mp/proxy-io.h>

namespace bench {

//! How libmultiprocess logs here: nothing below warnings is wanted, as in a node without -debug.
mp::LogOptions MakeLogOptions();

//! Serve Init on `fd` until the client closes the connection.
void Serve(int fd);

} // namespace bench

#endif // MPBITCOIN_BENCHMARKS_IPC_ECHO_SERVER_H
