// The conversions that the generated code of echo.capnp needs: all are libmultiprocess' own.

#ifndef MPBITCOIN_BENCHMARKS_IPC_ECHO_ECHO_TYPES_H
#define MPBITCOIN_BENCHMARKS_IPC_ECHO_ECHO_TYPES_H

#include <mp/proxy-types.h>
#include <mp/type-context.h>
#include <mp/type-decay.h>
#include <mp/type-interface.h>
#include <mp/type-string.h>
#include <mp/type-threadmap.h>

#endif // MPBITCOIN_BENCHMARKS_IPC_ECHO_ECHO_TYPES_H
