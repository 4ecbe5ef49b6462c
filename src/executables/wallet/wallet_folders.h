#ifndef MPBITCOIN_EXECUTABLES_WALLET_WALLET_FOLDERS_H
#define MPBITCOIN_EXECUTABLES_WALLET_WALLET_FOLDERS_H

#include <filesystem>
#include <vector>

namespace mpbitcoin {
//! Where the wallets lie that are known now: their directory, first, and those that the settings or
//! links in there lead to. Empty if the directory is wrong: verify() reports that to the node. With
//! `linked_databases` also the folders of databases that links lead to, where a journal is made;
//! without, another process opens these files.
std::vector<std::filesystem::path> WalletFolders(bool linked_databases);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_WALLET_FOLDERS_H
