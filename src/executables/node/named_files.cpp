#include <common/args.h>
#include <common/url.h>
#include <executables/node/named_files.h>
#include <os/paths.h>
#include <rpc/protocol.h>
#include <rpc/request.h>
#include <tinyformat.h>
#include <univalue.h>
#include <util/fs.h>

#include <optional>
#include <string_view>
#include <system_error>

namespace mpbitcoin {
namespace {
constexpr std::string_view WALLET_ENDPOINT{"/wallet/"};
constexpr const char* DATABASE{"wallet.dat"};

//! The default directory of wallets, as the wallet process sees it.
fs::path WalletFolder(const ArgsManager& args)
{
    if (args.IsArgSet("-walletdir")) return args.GetPathArg("-walletdir");
    const fs::path folder{args.GetDataDirNet() / "wallets"};
    return fs::is_directory(folder) ? folder : args.GetDataDirNet();
}

bool IsOutside(const std::filesystem::path& path, const std::filesystem::path& folder)
{
    std::error_code error;
    const auto inner{std::filesystem::weakly_canonical(path, error)};
    const auto outer{std::filesystem::weakly_canonical(folder, error)};
    return !IsBeneath(inner, outer);
}

std::optional<std::string> Text(const JSONRPCRequest& request, size_t position)
{
    const auto& value{request.params[position]};
    return value.isStr() ? std::optional{value.get_str()} : std::nullopt;
}

std::optional<std::string> MigratedWallet(const JSONRPCRequest& request)
{
    if (!request.URI.starts_with(WALLET_ENDPOINT)) return Text(request, 0);
    return UrlDecode(std::string_view{request.URI}.substr(WALLET_ENDPOINT.size()));
}
//! Throws an RPC error for names that mean a temporary database to SQLite.
void RequireFile(const std::optional<std::string>& path)
{
    if (!path || (!path->empty() && *path != ":memory:")) return;
    throw JSONRPCError(RPC_WALLET_ERROR,
                       strprintf("Error: Wallet backup failed! \"%s\" is not a file name.", *path));
}

void Add(OutsideFileNames& all, const OutsideFileNames& more)
{
    for (const auto part : {&OutsideFileNames::wallets, &OutsideFileNames::databases}) {
        (all.*part).insert((all.*part).end(), (more.*part).begin(), (more.*part).end());
    }
}
} // namespace

OutsideFileNames WalletOutside(const std::string& name, const ArgsManager& args)
{
    OutsideFileNames files;
    const auto folder{WalletFolder(args)};
    const fs::path wallet{folder / fs::u8path(name)};
    if (IsOutside(wallet, folder)) files.wallets.push_back(wallet);
    std::error_code error;
    const std::filesystem::path database{wallet / DATABASE};
    if (std::filesystem::is_symlink(database, error) && IsOutside(database, folder)) {
        files.databases.push_back(database);
    }
    return files;
}

OutsideFileNames LinkedOutside(const ArgsManager& args)
{
    OutsideFileNames all;
    const auto add = [&](const std::string& name) { Add(all, WalletOutside(name, args)); };
    add(""); // in old data directories, the wallet directory is a wallet
    for (const auto& name : args.GetSettingsList("-wallet")) {
        if (name.isStr()) add(name.get_str());
    }
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{WalletFolder(args), error}) {
        const auto link{entry.path() / DATABASE};
        if (std::filesystem::is_symlink(link, error))
            add(fs::PathToString(entry.path().filename()));
    }
    return all;
}

NamedFiles FilesOutside(const JSONRPCRequest& request, const ArgsManager& args)
{
    NamedFiles files;
    const auto& command{request.strMethod};
    const auto addWallet = [&](const std::optional<std::string>& name) {
        if (name) Add(files.kept, WalletOutside(*name, args));
    };
    const auto addFile = [&](const std::optional<std::string>& path, auto& to) {
        if (path && IsOutside(*path, WalletFolder(args))) to.emplace_back(*path);
    };
    if (command == "createwallet" || command == "loadwallet") {
        addWallet(Text(request, 0));
    } else if (command == "backupwallet") {
        RequireFile(Text(request, 0));
        addFile(Text(request, 0), files.lent.databases);
    } else if (command == "restorewallet") {
        addWallet(Text(request, 0));
        addFile(Text(request, 1), files.lent.read);
    } else if (command == "migratewallet") {
        if (const auto name{MigratedWallet(request)}) {
            for (const char* part : {"", "_watchonly", "_solvables"}) {
                addWallet(*name + part);
            }
        }
    }
    return files;
}
} // namespace mpbitcoin
