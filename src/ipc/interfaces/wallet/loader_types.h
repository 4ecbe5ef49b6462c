#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_LOADER_TYPES_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_LOADER_TYPES_H

#include <ipc/interfaces/chain/chain.capnp.proxy-types.h>
#include <ipc/interfaces/wallet/wallet.capnp.proxy-types.h>
#include <ipc/interfaces/wallet/wallet_loader.capnp.proxy.h>
#include <util/fs.h>
#include <wallet/walletutil.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace util {
// As in wallet/types.h: an empty error until the answer is there.
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

//! Throws std::runtime_error for a path with a zero byte: the system would see another path.
template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(
    TypeList<fs::path>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    const auto data = input.get();
    const std::string path{data.begin(), data.end()};
    if (path.find('\0') != std::string::npos) throw std::runtime_error("path with a zero byte");
    return read_dest.construct(fs::PathFromString(path));
}

//! Flags that the wallet does not know would abort it.
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::WalletLoader::CreateWalletParams>
    : ProxyMethodTraits<mpbitcoin::messages::WalletLoader::CreateWalletParams>
{
    template <typename ServerContext>
    static auto invoke(ServerContext& context,
                       const std::string& name,
                       const SecureString& passphrase,
                       uint64_t flags,
                       std::vector<bilingual_str>& warnings)
    {
        const auto loader = context.proxy_server.lockImpl();
        if ((flags & ~wallet::KNOWN_WALLET_FLAGS) || !(flags & wallet::WALLET_FLAG_DESCRIPTORS)) {
            throw std::runtime_error("wallet creation flags are not supported");
        }
        return loader->createWallet(name, passphrase, flags, warnings);
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::WalletLoader::HandleLoadWalletParams>
    : mpbitcoin::CallbackMethod<mpbitcoin::messages::WalletLoader::HandleLoadWalletParams>
{
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::LoadWalletFn::CallParams>
    : ProxyMethodTraits<mpbitcoin::messages::LoadWalletFn::CallParams>
{
    template <typename ServerContext>
    static void invoke(ServerContext& context, std::unique_ptr<interfaces::Wallet>&& wallet)
    {
        const auto callback = context.proxy_server.lockImpl();
        if (!wallet) throw std::runtime_error("a wallet is missing");
        callback->call(std::move(wallet));
    }
};
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_LOADER_TYPES_H
