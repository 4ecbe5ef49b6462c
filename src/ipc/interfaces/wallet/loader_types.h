#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_LOADER_TYPES_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_LOADER_TYPES_H

#include <ipc/interfaces/chain/chain.capnp.proxy-types.h>
#include <ipc/interfaces/wallet/wallet.capnp.proxy-types.h>
#include <ipc/interfaces/wallet/wallet_loader.capnp.guards.h>
#include <util/fs.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace util {
// As in wallet/types.h: an empty error until the answer arrives.
template <>
inline Result<std::unique_ptr<interfaces::Wallet>>::Result() : m_variant{std::in_place_index<0>}
{
}
template <>
inline Result<interfaces::WalletMigrationResult>::Result() : m_variant{std::in_place_index<0>}
{
}
} // namespace util

namespace mp {
template <typename Value, typename Output>
void CustomBuildField(
    TypeList<fs::path>, Priority<2>, InvokeContext& context, Value&& path, Output&& output)
{
    BuildField(TypeList<std::string>(), context, output, fs::PathToString(path));
}

//! Throws std::runtime_error for a path with a zero byte: the system would use another path.
template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(
    TypeList<fs::path>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    const auto data = input.get();
    const std::string path{data.begin(), data.end()};
    if (path.find('\0') != std::string::npos) throw std::runtime_error("path contains a zero byte");
    return read_dest.construct(fs::PathFromString(path));
}
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_LOADER_TYPES_H
