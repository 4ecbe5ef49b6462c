#ifndef MPBITCOIN_EXECUTABLES_WALLET_WALLET_NOTIFY_H
#define MPBITCOIN_EXECUTABLES_WALLET_WALLET_NOTIFY_H

#include <string>
#include <string_view>

namespace wallet {
class CWallet;
} // namespace wallet

namespace mpbitcoin {
//! The command of -walletnotify with the wallet's name, quoted for the shell, for %w. The tree
//! replaces the other marks, and finds none in the name.
std::string NotifyCommand(std::string_view command, std::string_view wallet_name);

//! Puts the wallet's name into its command, before the wallet runs it. The tree's own way, a
//! regular expression, takes "$'" and its like in a name for what is to be put there: what a name
//! says would be run by the shell. Call it before the wallet has transactions to report.
void QuoteNameInNotifyCommand(wallet::CWallet& wallet);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_WALLET_NOTIFY_H
