#ifndef MPBITCOIN_IPC_RUNTIME_CONNECT_H
#define MPBITCOIN_IPC_RUNTIME_CONNECT_H

#include <common/args.h>
#include <ipc/runtime/event_loop.h>
#include <ipc/runtime/transport.h>

#include <exception>
#include <memory>
#include <string>

namespace mpbitcoin {
//! Implements interfaces::Ipc::connectAddress(): returns the Init of the process at `address` and
//! sets `address` to the long form. Null for "", "0", and for "auto" when no process there serves
//! us. Otherwise throws the reason.
template <typename Interface>
std::unique_ptr<mp::ProxyClient<Interface>> ConnectAddress(EventLoop& loop, std::string& address)
{
    if (address.empty() || address == "0") return nullptr;
    const bool optional{address == "auto"};
    if (optional) address = "unix";
    try {
        const auto transport{MakeTransport(address, gArgs.GetDataDirNet())};
        address = transport->address();
        return loop.connectToStranger<Interface>(transport->connect());
    } catch (const std::exception&) {
        if (optional) return nullptr;
        throw;
    }
}
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_CONNECT_H
