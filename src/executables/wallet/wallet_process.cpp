#include <chainparams.h>
#include <common/args.h>
#include <common/system.h>
#include <executables/common/settings.h>
#include <executables/wallet/parting_chain.h>
#include <executables/wallet/sandbox.h>
#include <executables/wallet/wallet_process.h>
#include <logging.h>
#include <univalue.h>
#include <util/time.h>
#include <wallet/walletutil.h>

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
}

//! What the node's start sets from options, as far as wallet code reads it.
void TakeGlobals()
{
    if (const auto time{gArgs.GetIntArg("-mocktime")}) SetMockTime(*time);
}

bool StartsPrograms()
{
    return gArgs.IsArgSet("-signer") || gArgs.IsArgSet("-walletnotify");
}
} // namespace

WalletProcessImpl::WalletProcessImpl(Context& context)
{
    context.scheduler = &m_scheduler.scheduler();
}

WalletProcessImpl::~WalletProcessImpl()
{
    if (m_log) {
        LogInstance().DisconnectTestLogger();
        m_log.reset();
    }
}

void WalletProcessImpl::configure(const Configuration& configuration, std::unique_ptr<LogSink> log)
{
    auto& logger{LogInstance()};
    m_log.emplace(std::move(log));
    logger.m_print_to_file = false;
    logger.m_print_to_console = false;
    logger.m_log_timestamps = false; // the node adds its own
    logger.m_log_threadnames = configuration.log_threads;
    logger.m_log_sourcelocations = configuration.log_sources;
    logger.EnableCategory(static_cast<BCLog::LogFlags>(configuration.log_categories));
    logger.PushBackCallback([this](const std::string& line) { m_log->add(line); });
    logger.StartLogging();

    TakeSettings(configuration);
    TakeGlobals();
    m_ecc.emplace();
    if (gArgs.GetBoolArg("-walletsandbox", true)) {
        const auto wallets{wallet::GetWalletDir()};
        SandboxRequest request;
        request.read_write = {wallets, gArgs.GetDataDirBase()};
        request.temporary = wallets;
        request.allow_exec = StartsPrograms();
        LogInfo("%s", Describe(ApplySandbox(request)));
    }
    m_scheduler.start();
}

std::unique_ptr<interfaces::WalletLoader>
WalletProcessImpl::makeWalletLoader(std::unique_ptr<interfaces::Chain> chain)
{
    m_chain = std::make_unique<PartingChain>(std::move(chain));
    return interfaces::MakeWalletLoader(*m_chain, gArgs);
}
} // namespace mpbitcoin
