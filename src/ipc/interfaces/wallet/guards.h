#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_GUARDS_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_GUARDS_H

#include <consensus/amount.h>
#include <interfaces/wallet.h>
#include <ipc/interfaces/wallet/wallet.capnp.proxy.h>
#include <util/log.h>
#include <wallet/wallet.h>

#include <mp/proxy.h>

#include <functional>
#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

// What the wallet takes for granted from a caller in its own process is checked here when the
// caller is another one: an argument that would abort the wallet or let it read out of bounds
// raises std::runtime_error instead.

namespace mpbitcoin {
//! A callback that may outlive the process it leads to: what it throws is logged and not passed to
//! the wallet, which could not do anything about it.
template <typename... Args>
std::function<void(Args...)> Forgiving(std::function<void(Args...)> callback)
{
    return [callback = std::move(callback)](Args... args) {
        try {
            callback(std::forward<Args>(args)...);
        } catch (const std::exception& e) {
            LogDebug(BCLog::IPC, "Wallet notification was not delivered: %s", e.what());
        }
    };
}

//! A method that registers a callback: there has to be one.
template <typename Params>
struct CallbackMethod : mp::ProxyMethodTraits<Params>
{
    template <typename ServerContext, typename Callback>
    static auto invoke(ServerContext& context, Callback&& callback)
    {
        const auto implementation = context.proxy_server.lockImpl();
        if (!callback) throw std::runtime_error("a callback is missing");
        return (*implementation.*
                mp::ProxyMethod<Params>::impl)(Forgiving(std::forward<Callback>(callback)));
    }
};

inline void CheckSize(unsigned int tx_bytes)
{
    if (tx_bytes > std::numeric_limits<int32_t>::max()) {
        throw std::runtime_error("transaction size is out of range");
    }
}

inline void CheckAmounts(const std::vector<wallet::CRecipient>& recipients)
{
    CAmount sum{0};
    for (const auto& recipient : recipients) {
        // Negative amounts get the wallet's own answer.
        if (recipient.nAmount > MAX_MONEY || recipient.nAmount < -MAX_MONEY) {
            throw std::runtime_error("amount is out of range");
        }
        sum += recipient.nAmount;
        if (sum > MAX_MONEY || sum < -MAX_MONEY) {
            throw std::runtime_error("sum of the amounts is out of range");
        }
    }
}

inline void CheckOutpoint(interfaces::Wallet& wallet, const COutPoint& outpoint)
{
    const auto tx = wallet.getTx(outpoint.hash);
    if (tx && outpoint.n >= tx->vout.size()) {
        throw std::runtime_error("no such output in the transaction");
    }
}
} // namespace mpbitcoin

namespace mp {
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::CreateTransactionParams>
    : ProxyMethodTraits<mpbitcoin::messages::Wallet::CreateTransactionParams>
{
    template <typename ServerContext>
    static auto invoke(ServerContext& context,
                       const std::vector<wallet::CRecipient>& recipients,
                       const wallet::CCoinControl& coin_control,
                       bool sign,
                       std::optional<unsigned int> change_pos)
    {
        const auto wallet = context.proxy_server.lockImpl();
        mpbitcoin::CheckAmounts(recipients);
        return wallet->createTransaction(recipients, coin_control, sign, change_pos);
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::CommitTransactionParams>
    : ProxyMethodTraits<mpbitcoin::messages::Wallet::CommitTransactionParams>
{
    template <typename ServerContext>
    static void invoke(ServerContext& context,
                       CTransactionRef&& tx,
                       interfaces::WalletValueMap&& value_map,
                       interfaces::WalletOrderForm&& order_form)
    {
        const auto wallet = context.proxy_server.lockImpl();
        if (!tx) throw std::runtime_error("a transaction is missing");
        wallet->commitTransaction(std::move(tx), std::move(value_map), std::move(order_form));
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::AbandonTransactionParams>
    : ProxyMethodTraits<mpbitcoin::messages::Wallet::AbandonTransactionParams>
{
    template <typename ServerContext>
    static bool invoke(ServerContext& context, const Txid& txid)
    {
        const auto wallet = context.proxy_server.lockImpl();
        if (!wallet->getTx(txid)) throw std::runtime_error("no such transaction in the wallet");
        return wallet->abandonTransaction(txid);
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::GetCoinsParams>
    : ProxyMethodTraits<mpbitcoin::messages::Wallet::GetCoinsParams>
{
    template <typename ServerContext>
    static auto invoke(ServerContext& context, const std::vector<COutPoint>& outputs)
    {
        const auto wallet = context.proxy_server.lockImpl();
        for (const auto& outpoint : outputs) {
            mpbitcoin::CheckOutpoint(*wallet, outpoint);
        }
        return wallet->getCoins(outputs);
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::GetRequiredFeeParams>
    : ProxyMethodTraits<mpbitcoin::messages::Wallet::GetRequiredFeeParams>
{
    template <typename ServerContext>
    static CAmount invoke(ServerContext& context, unsigned int tx_bytes)
    {
        const auto wallet = context.proxy_server.lockImpl();
        mpbitcoin::CheckSize(tx_bytes);
        return wallet->getRequiredFee(tx_bytes);
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::GetMinimumFeeParams>
    : ProxyMethodTraits<mpbitcoin::messages::Wallet::GetMinimumFeeParams>
{
    template <typename ServerContext>
    static CAmount invoke(ServerContext& context,
                          unsigned int tx_bytes,
                          const wallet::CCoinControl& coin_control,
                          int* returned_target,
                          FeeReason* reason)
    {
        const auto wallet = context.proxy_server.lockImpl();
        mpbitcoin::CheckSize(tx_bytes);
        return wallet->getMinimumFee(tx_bytes, coin_control, returned_target, reason);
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::HandleUnloadParams>
    : mpbitcoin::CallbackMethod<mpbitcoin::messages::Wallet::HandleUnloadParams>
{
};
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::HandleShowProgressParams>
    : mpbitcoin::CallbackMethod<mpbitcoin::messages::Wallet::HandleShowProgressParams>
{
};
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::HandleStatusChangedParams>
    : mpbitcoin::CallbackMethod<mpbitcoin::messages::Wallet::HandleStatusChangedParams>
{
};
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::HandleAddressBookChangedParams>
    : mpbitcoin::CallbackMethod<mpbitcoin::messages::Wallet::HandleAddressBookChangedParams>
{
};
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::HandleTransactionChangedParams>
    : mpbitcoin::CallbackMethod<mpbitcoin::messages::Wallet::HandleTransactionChangedParams>
{
};
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Wallet::HandleCanGetAddressesChangedParams>
    : mpbitcoin::CallbackMethod<mpbitcoin::messages::Wallet::HandleCanGetAddressesChangedParams>
{
};
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_GUARDS_H
