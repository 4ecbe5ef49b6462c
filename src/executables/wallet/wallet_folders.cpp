#include <common/args.h>
#include <executables/wallet/wallet_folders.h>
#include <univalue.h>
#include <util/fs.h>
#include <wallet/walletutil.h>

#include <system_error>

namespace mpbitcoin {
namespace {
using Paths = std::vector<std::filesystem::path>;

constexpr const char* DATABASE{"wallet.dat"};

//! The folder of the database to which a link in the wallet's folder leads, if there is such a
//! link.
void AddFolderOfLink(const std::filesystem::path& wallet, Paths& folders)
{
    std::error_code error;
    if (!std::filesystem::is_symlink(wallet / DATABASE, error)) return;
    const auto database{std::filesystem::canonical(wallet / DATABASE, error)};
    if (!error) folders.push_back(database.parent_path());
}
} // namespace

std::vector<std::filesystem::path> WalletFolders(bool linked_databases)
{
    const auto directory{wallet::GetWalletDir()};
    if (!directory.is_absolute()) return {};
    Paths folders{directory};
    Paths wallets{directory}; // in old data directories the directory is a wallet, too
    for (const auto& name : gArgs.GetSettingsList("-wallet")) {
        if (!name.isStr()) continue; // invalid: verify() reports that to the node
        const auto path{fsbridge::AbsPathJoin(directory, fs::PathFromString(name.get_str()))};
        if (!fs::exists(path)) continue;
        folders.push_back(path);
        wallets.push_back(path);
    }
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        if (!std::filesystem::exists(entry.path() / DATABASE, error)) continue;
        if (entry.is_symlink(error)) folders.push_back(entry.path());
        wallets.push_back(entry.path());
    }
    if (linked_databases) {
        for (const auto& wallet : wallets) {
            AddFolderOfLink(wallet, folders);
        }
    }
    return folders;
}
} // namespace mpbitcoin
