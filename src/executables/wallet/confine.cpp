#include <chainparams.h>
#include <common/args.h>
#include <executables/common/settings.h>
#include <executables/wallet/confine.h>
#include <executables/wallet/wallet_folders.h>
#include <logging.h>
#include <pthread.h>
#include <sandbox/outside_files.h>
#include <sandbox/sandbox.h>
#include <tinyformat.h>
#include <univalue.h>
#include <util/time.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <csignal>
#include <stdexcept>

namespace mpbitcoin {
namespace {
void TakeSettings(const Configuration& configuration)
{
    for (const auto& name : configuration.network_only) {
        gArgs.AddArg(name, "", ArgsManager::ALLOW_ANY | ArgsManager::NETWORK_ONLY,
                     OptionsCategory::HIDDEN);
    }
    gArgs.LockSettings(
        [&](common::Settings& settings) { settings = SettingsFromJson(configuration.settings); });
    gArgs.ForceSetArg("-datadir", configuration.data_dir);
    gArgs.ClearPathCache();
    SelectParams(gArgs.GetChainType());
    // Wallet code reads -nosigner and -nowalletnotify as a program named "0".
    for (const char* program : {"-signer", "-walletnotify"}) {
        if (gArgs.IsArgNegated(program)) gArgs.ForceSetArg(program, "");
    }
}

//! Sets globals that the node sets from options and that wallet code reads.
void TakeGlobals()
{
    if (const auto time{gArgs.GetIntArg("-mocktime")}) SetMockTime(*time);
}

//! Whether wallets may start the user's programs. An empty value names none.
bool StartsPrograms()
{
    return !gArgs.GetArg("-signer", "").empty() || !gArgs.GetArg("-walletnotify", "").empty();
}

//! Makes signers end with this process, for which they work. Otherwise a stalled one would stay.
void TieProgramsToThisProcess()
{
#ifdef __linux__
    ::pthread_atfork(nullptr, nullptr, [] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
#endif
}

void FenceIn(SandboxMode mode)
{
    if (mode == SandboxMode::OFF) return;
    SandboxRequest request;
    request.read_write = WalletFolders(/*linked_databases=*/!AsksForOutsideFiles());
    if (!request.read_write.empty()) request.temporary = request.read_write.front();
    request.allow_exec = StartsPrograms();
    const auto result{ApplySandbox(request)};
    LogInfo("%s", Describe(result));
    if (const auto missing{Missing(result)}; mode == SandboxMode::REQUIRED && !missing.empty()) {
        throw std::runtime_error{
            strprintf("-walletsandbox=require, but the sandbox is incomplete: %s", missing)};
    }
}

//! The setting that applies, given the node's and this process's own. Both may require the sandbox.
//! Only this process's own setting turns off a sandbox that the node has on.
SandboxMode Strictest(SandboxMode own)
{
    const SandboxMode nodes{GetSandboxMode(gArgs)};
    if (own == SandboxMode::OFF && nodes == SandboxMode::REQUIRED) {
        throw std::runtime_error{
            "the node requires -walletsandbox=require, but this process was started "
            "with -walletsandbox=0"};
    }
    return own == SandboxMode::ON ? nodes : own;
}
} // namespace

void Confine(const Configuration& configuration, SandboxMode own)
{
    TakeSettings(configuration);
    TakeGlobals();
    if (StartsPrograms()) TieProgramsToThisProcess();
    FenceIn(Strictest(own));
}
} // namespace mpbitcoin
