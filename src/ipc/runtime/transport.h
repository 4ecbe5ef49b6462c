#ifndef MPBITCOIN_IPC_RUNTIME_TRANSPORT_H
#define MPBITCOIN_IPC_RUNTIME_TRANSPORT_H

#include <os/descriptor.h>
#include <util/fs.h>

#include <memory>
#include <optional>
#include <string>

namespace mpbitcoin {
//! How processes listen, connect and recognize each other at one address. Each kind of address has
//! a class, which MakeTransport() makes. The connection between a process and its child needs no
//! transport: the child inherits it.
class Transport
{
public:
    virtual ~Transport() = default;

    //! The address in its long form, which has the same meaning in all processes.
    virtual std::string address() const = 0;

    //! Bind and listen. Throws std::system_error, with EADDRINUSE when another process listens
    //! there.
    virtual Descriptor listen() = 0;

    //! Connect to the listening process. Throws std::system_error, which does not name the address.
    virtual Descriptor connect() = 0;

    //! Why the process at the other end of an accepted connection is not served, or nothing. A
    //! process that cannot be identified is not served. `fd` is the connection's descriptor, if it
    //! has one. On the event loop's thread.
    virtual std::optional<std::string> refusal(std::optional<int> fd) const = 0;
};

//! The transport for an address: `unix` is a socket in the network's data directory, `unix:<path>`
//! another one, relative to that. Throws std::invalid_argument for other addresses and for paths
//! that are too long for a socket.
std::unique_ptr<Transport> MakeTransport(const std::string& address, const fs::path& data_dir);
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_TRANSPORT_H
