// The ways to measure a call: each makes `calls` calls and returns their times.

#ifndef MPBITCOIN_BENCHMARKS_IPC_ECHO_CLIENTS_H
#define MPBITCOIN_BENCHMARKS_IPC_ECHO_CLIENTS_H

#include <cstddef>
#include <vector>

namespace bench {

struct Request
{
    std::size_t calls;          //!< measured calls, after a tenth as many that warm up
    std::size_t flight;         //!< calls in flight at once
    std::size_t request_bytes;  //!< raw only: size of a request
    std::size_t response_bytes; //!< raw only: size of a response
};

struct Result
{
    double seconds;                //!< for all measured calls together
    std::vector<double> latencies; //!< in microseconds, unless several calls are in flight
    double server_switches;        //!< context switches of the server per call
    double server_cpu;             //!< processor time of the server per call, microseconds
    double request_bytes;          //!< that the client wrote per call
    double response_bytes;         //!< that the client read per call
};

//! Bytes back and forth over a socket pair, one at a time, with nothing else.
Result MeasureRaw(const Request& request);

//! A client that is plain Cap'n Proto: one thread, each call in flight with a server thread of
//! its own.
Result MeasurePlain(const Request& request);

//! The same client, and a method that runs on the server's event loop. One call in flight.
Result MeasureLoop(const Request& request);

//! A client that is libmultiprocess too: as many threads as calls in flight.
Result MeasureProxy(const Request& request);

} // namespace bench

#endif // MPBITCOIN_BENCHMARKS_IPC_ECHO_CLIENTS_H
