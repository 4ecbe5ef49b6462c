#ifndef MPBITCOIN_EXECUTABLES_WALLET_WALLET_NOTIFY_H
#define MPBITCOIN_EXECUTABLES_WALLET_WALLET_NOTIFY_H

#include <string>
#include <string_view>

namespace wallet {
class CWallet;
} // namespace wallet

namespace mpbitcoin {
//! The command of -walletnotify with the wallet's name for %w, quoted for the shell. The tree
//! replaces the other marks and finds none in the name.
std::string NotifyCommand(std::string_view command, std::string_view wallet_name);

//! Put the wallet's name into its command, before the wallet runs it. The tree's own method, a
//! regular expression, interprets "$'" and similar text in a name: the shell would execute parts of
//! the name. Call this before the wallet has transactions to report.
void QuoteNameInNotifyCommand(wallet::CWallet& wallet);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_WALLET_NOTIFY_H
