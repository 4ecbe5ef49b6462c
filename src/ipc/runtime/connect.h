#ifndef MPBITCOIN_IPC_RUNTIME_CONNECT_H
#define MPBITCOIN_IPC_RUNTIME_CONNECT_H

#include <common/args.h>
#include <ipc/runtime/address.h>
#include <ipc/runtime/event_loop.h>
#include <os/socket.h>

#include <exception>
#include <memory>
#include <string>

namespace mpbitcoin {
//! What interfaces::Ipc::connectAddress() does: the Init of who listens at `address`, which becomes
//! the long form. Null for an address that means none, and for "auto" when nobody is there who
//! serves us. Otherwise throws why.
template <typename Interface>
std::unique_ptr<mp::ProxyClient<Interface>> ConnectAddress(EventLoop& loop, std::string& address)
{
    if (address.empty() || address == "0") return nullptr;
    const bool optional{address == "auto"};
    if (optional) address = "unix";
    try {
        const auto path{SocketPath(address, gArgs.GetDataDirNet(), NODE_SOCKET)};
        return loop.connectToStranger<Interface>(ConnectUnix(path));
    } catch (const std::exception&) {
        if (optional) return nullptr;
        throw;
    }
}
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_CONNECT_H
