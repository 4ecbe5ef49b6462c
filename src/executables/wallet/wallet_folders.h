#ifndef MPBITCOIN_EXECUTABLES_WALLET_WALLET_FOLDERS_H
#define MPBITCOIN_EXECUTABLES_WALLET_WALLET_FOLDERS_H

#include <filesystem>
#include <vector>

namespace mpbitcoin {
//! The folders of all wallets known now: first their directory, then the targets of settings and of
//! links there. Empty if the directory is invalid: verify() reports that to the node. With
//! `linked_databases`, includes the folders of linked databases, where SQLite creates journals.
//! Without, another process opens these files.
std::vector<std::filesystem::path> WalletFolders(bool linked_databases);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_WALLET_FOLDERS_H
