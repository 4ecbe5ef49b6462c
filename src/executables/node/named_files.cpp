#include <common/args.h>
#include <common/url.h>
#include <executables/node/named_files.h>
#include <rpc/request.h>
#include <univalue.h>
#include <util/fs.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>

namespace mpbitcoin {
namespace {
constexpr std::string_view WALLET_ENDPOINT{"/wallet/"};

//! Where wallets are by default, as the wallet process has it.
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
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first !=
           outer.end();
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
} // namespace

std::vector<std::filesystem::path> WalletOutside(const std::string& name, const ArgsManager& args)
{
    const auto folder{WalletFolder(args)};
    const fs::path path{folder / fs::u8path(name)};
    if (!IsOutside(path, folder)) return {};
    return {path};
}

NamedFiles FilesOutside(const JSONRPCRequest& request, const ArgsManager& args)
{
    NamedFiles files;
    const auto& command{request.strMethod};
    const auto addWallet = [&](const std::optional<std::string>& name) {
        if (!name) return;
        for (auto& path : WalletOutside(*name, args)) {
            files.wallets.push_back(std::move(path));
        }
    };
    const auto addFile = [&](const std::optional<std::string>& path, auto& to) {
        if (path && IsOutside(*path, WalletFolder(args))) to.emplace_back(*path);
    };
    if (command == "createwallet" || command == "loadwallet") {
        addWallet(Text(request, 0));
    } else if (command == "backupwallet") {
        addFile(Text(request, 0), files.written);
    } else if (command == "restorewallet") {
        addWallet(Text(request, 0));
        addFile(Text(request, 1), files.read);
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
