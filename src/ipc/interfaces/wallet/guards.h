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

// Checks of parameters that the policies of the schemas name.

namespace mpbitcoin {
//! For Wallet.createTransaction. Negative amounts get the wallet's own answer.
inline void CheckAmounts(interfaces::Wallet&,
                         const std::vector<wallet::CRecipient>& recipients,
                         const wallet::CCoinControl&,
                         bool,
                         std::optional<unsigned int>)
{
    CAmount sum{0};
    for (const auto& recipient : recipients) {
        if (recipient.nAmount > MAX_MONEY || recipient.nAmount < -MAX_MONEY) {
            throw std::runtime_error("amount is out of range");
        }
        sum += recipient.nAmount;
        if (sum > MAX_MONEY || sum < -MAX_MONEY) {
            throw std::runtime_error("sum of the amounts is out of range");
        }
    }
}

//! For Wallet.abandonTransaction: the wallet would abort.
inline void CheckKnown(interfaces::Wallet& wallet, const Txid& txid)
{
    if (!wallet.getTx(txid)) throw std::runtime_error("no such transaction in the wallet");
}

//! For Wallet.getCoins: the wallet would read beyond a transaction's outputs.
inline void CheckOutputs(interfaces::Wallet& wallet, const std::vector<COutPoint>& outputs)
{
    for (const auto& outpoint : outputs) {
        const auto tx = wallet.getTx(outpoint.hash);
        if (tx && outpoint.n >= tx->vout.size()) {
            throw std::runtime_error("no such output in the transaction");
        }
    }
}

//! For WalletLoader.createWallet: flags that the wallet does not know would abort it.
inline void CheckFlags(interfaces::WalletLoader&,
                       const std::string&,
                       const SecureString&,
                       uint64_t flags,
                       const std::vector<bilingual_str>&)
{
    if ((flags & ~wallet::KNOWN_WALLET_FLAGS) || !(flags & wallet::WALLET_FLAG_DESCRIPTORS)) {
        throw std::runtime_error("wallet creation flags are not supported");
    }
}
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_GUARDS_H
