#include <common/args.h>
#include <executables/common/settings.h>
#include <executables/node/configuration.h>
#include <univalue.h>
#include <util/fs.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace mpbitcoin {
namespace {
//! The node's settings that a wallet process reads. Lists allowed settings, not forbidden ones:
//! passwords of RPC, Tor and proxies are in settings unknown to this file.
constexpr std::string_view WALLET_SETTINGS[]{
    // The network and its rules.
    "chain",
    "fastprune",
    "regtest",
    "signet",
    "signetchallenge",
    "signetseednode",
    "testactivationheight",
    "testnet",
    "testnet4",
    "vbparams",
    // Wallets.
    "addresstype",
    "avoidpartialspends",
    "changetype",
    "consolidatefeerate",
    "discardfee",
    "fallbackfee",
    "keypool",
    "maxapsfee",
    "maxtxfee",
    "mintxfee",
    "signer",
    "spendzeroconfchange",
    "txconfirmtarget",
    "unsafesqlitesync",
    "wallet",
    "walletbroadcast",
    "walletcrosschain",
    "walletdir",
    "walletnotify",
    "walletrbf",
    "walletrejectlongchains",
    "walletsandbox",
    // Commands, log and time.
    "deprecatedrpc",
    "loglevel",
    "loglevelalways",
    "mocktime",
    "rpcdoccheck",
};

template <typename Value>
void KeepForWallets(std::map<std::string, Value>& settings)
{
    std::erase_if(settings, [](const auto& setting) { return !IsForWallets(setting.first); });
}

common::Settings ForWallets(common::Settings settings)
{
    KeepForWallets(settings.forced_settings);
    KeepForWallets(settings.command_line_options);
    KeepForWallets(settings.rw_settings);
    for (auto& [section, values] : settings.ro_config) {
        KeepForWallets(values);
    }
    return settings;
}

//! The names of all settings that are given anywhere.
std::set<std::string> Names(const common::Settings& settings)
{
    std::set<std::string> names;
    for (const auto& [name, value] : settings.command_line_options) {
        names.insert(name);
    }
    for (const auto& [section, values] : settings.ro_config) {
        for (const auto& [name, value] : values) {
            names.insert(name);
        }
    }
    return names;
}
} // namespace

bool IsForWallets(std::string_view name)
{
    return std::ranges::find(WALLET_SETTINGS, name) != std::end(WALLET_SETTINGS);
}

Configuration MakeConfiguration(ArgsManager& args)
{
    common::Settings settings;
    args.LockSettings([&](const common::Settings& all) { settings = ForWallets(all); });
    Configuration configuration;
    configuration.settings = SettingsToJson(settings);
    for (const auto& name : Names(settings)) {
        const auto flags{args.GetArgFlags("-" + name)};
        if (flags && (*flags & ArgsManager::NETWORK_ONLY)) {
            configuration.network_only.push_back("-" + name);
        }
    }
    configuration.data_dir = fs::PathToString(fs::absolute(args.GetDataDirBase()));
    return configuration;
}
} // namespace mpbitcoin
