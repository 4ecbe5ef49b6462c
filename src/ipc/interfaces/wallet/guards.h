#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_GUARDS_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_GUARDS_H

#include <consensus/amount.h>
#include <interfaces/wallet.h>
#include <support/allocators/secure.h>
#include <wallet/wallet.h>
#include <wallet/walletutil.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

// Checks of parameters that the policies in the schemas name.

namespace mpbitcoin {
//! For Wallet.createTransaction. The wallet itself reports negative amounts.
inline void CheckAmounts(interfaces::Wallet&,
                         const std::vector<wallet::CRecipient>& recipients,
                         const wallet::CCoinControl&,
                         bool,
                         std::optional<unsigned int>)
{
    CAmount sum{0};
    for (const auto& recipient : recipients) {
        if (recipient.nAmount > MAX_MONEY || recipient.nAmount < -MAX_MONEY) {
            throw std::runtime_error("the amount is out of range");
        }
        sum += recipient.nAmount;
        if (sum > MAX_MONEY || sum < -MAX_MONEY) {
            throw std::runtime_error("the sum of the amounts is out of range");
        }
    }
}

//! For Wallet.abandonTransaction: otherwise the wallet aborts.
inline void CheckKnown(interfaces::Wallet& wallet, const Txid& txid)
{
    if (!wallet.getTx(txid)) throw std::runtime_error("the wallet does not have the transaction");
}

//! For Wallet.getCoins: otherwise the wallet reads beyond a transaction's outputs.
inline void CheckOutputs(interfaces::Wallet& wallet, const std::vector<COutPoint>& outputs)
{
    for (const auto& outpoint : outputs) {
        const auto tx = wallet.getTx(outpoint.hash);
        if (tx && outpoint.n >= tx->vout.size()) {
            throw std::runtime_error("the transaction does not have the output");
        }
    }
}

//! For WalletLoader.createWallet: the wallet aborts for unknown flags.
inline void CheckFlags(interfaces::WalletLoader&,
                       const std::string&,
                       const SecureString&,
                       uint64_t flags,
                       const std::vector<bilingual_str>&)
{
    if ((flags & ~wallet::KNOWN_WALLET_FLAGS) || !(flags & wallet::WALLET_FLAG_DESCRIPTORS)) {
        throw std::runtime_error("the wallet does not support the creation flags");
    }
}
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_GUARDS_H
