// The process on the other side, and the kernel's counters.

#ifndef MPBITCOIN_BENCHMARKS_IPC_ECHO_PROCESS_H
#define MPBITCOIN_BENCHMARKS_IPC_ECHO_PROCESS_H

#include <sys/types.h>

#include <cstdint>
#include <functional>

namespace bench {

//! A child process at the other end of a socket pair. Create it before the first thread.
class Peer
{
public:
    //! The child runs `serve` with its end of the pair, which `serve` closes, and ends with it.
    explicit Peer(const std::function<void(int fd)>& serve);
    //! Waits for the child: our end must be closed, or the child will not end.
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    //! Hands over our end: the caller closes it.
    int releaseFd();
    pid_t pid() const { return m_pid; }

private:
    pid_t m_pid;
    int m_fd;
};

//! What the kernel has counted for a process so far, over all of its living threads.
struct Counters
{
    std::uint64_t switches{0};      //!< context switches, voluntary and not
    std::uint64_t cpu_ticks{0};     //!< processor time, in ticks of sysconf(_SC_CLK_TCK)
    std::uint64_t bytes_read{0};    //!< by read() and the like, only of the own process
    std::uint64_t bytes_written{0}; //!< by write() and the like, only of the own process
};

//! The counters of process `pid`, all zero where the system has no /proc.
Counters ReadCounters(pid_t pid);

//! Send all `size` bytes, or throw std::system_error.
void SendAll(int fd, const char* data, std::size_t size);

//! Receive `size` bytes. False if the other side closed; throws std::system_error.
bool ReceiveAll(int fd, char* data, std::size_t size);

} // namespace bench

#endif // MPBITCOIN_BENCHMARKS_IPC_ECHO_PROCESS_H
