#include <chainparams.h>
#include <common/args.h>
#include <common/system.h>
#include <executables/common/settings.h>
#include <executables/wallet/parting_chain.h>
#include <executables/wallet/ready_loader.h>
#include <executables/wallet/wallet_folders.h>
#include <executables/wallet/wallet_process.h>
#include <logging.h>
#include <pthread.h>
#include <sandbox/outside_files.h>
#include <sandbox/sandbox.h>
#include <tinyformat.h>
#include <util/time.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <csignal>
#include <stdexcept>
#include <utility>

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
    // The wallet takes -nosigner and -nowalletnotify for a program of the name "0".
    for (const char* program : {"-signer", "-walletnotify"}) {
        if (gArgs.IsArgNegated(program)) gArgs.ForceSetArg(program, "");
    }
}

//! -loglevel=<level> and -loglevel=<category>:<level>, which the node has checked.
void TakeLogLevels()
{
    for (const auto& word : gArgs.GetArgs("-loglevel")) {
        if (const auto colon{word.find(':')}; colon != std::string::npos) {
            LogInstance().SetCategoryLogLevel(word.substr(0, colon), word.substr(colon + 1));
        } else {
            LogInstance().SetLogLevel(word);
        }
    }
}

//! What the node's start sets from options, as far as wallet code reads it.
void TakeGlobals()
{
    if (const auto time{gArgs.GetIntArg("-mocktime")}) SetMockTime(*time);
}

//! Whether wallets will start programs of the user's. An empty value is none.
bool StartsPrograms()
{
    return !gArgs.GetArg("-signer", "").empty() || !gArgs.GetArg("-walletnotify", "").empty();
}

//! Lets a signer end with this process, for which it works: one that hangs would stay for ever.
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
            strprintf("-walletsandbox=require, but the sandbox is not whole: %s", missing)};
    }
}

//! What holds of the node's setting and of this process's own. Both may require; only an own one
//! turns off what the node has on.
SandboxMode Strictest(SandboxMode own)
{
    const SandboxMode nodes{GetSandboxMode(gArgs)};
    if (own == SandboxMode::OFF && nodes == SandboxMode::REQUIRED) {
        throw std::runtime_error{"the node wants -walletsandbox=require, this process was started "
                                 "with -walletsandbox=0"};
    }
    return own == SandboxMode::ON ? nodes : own;
}
} // namespace

WalletProcessImpl::WalletProcessImpl(Context& context, SandboxMode sandbox) : m_sandbox{sandbox}
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
    if (m_log) throw std::runtime_error("the wallet process is configured already");
    auto& logger{LogInstance()};
    m_log.emplace(std::move(log));
    logger.m_print_to_file = false;
    logger.m_print_to_console = false;
    logger.m_log_timestamps = false; // the node adds its own
    logger.m_log_threadnames = configuration.log_threads;
    logger.m_log_sourcelocations = true;
    logger.m_always_print_category_level = true;
    setLogCategories(configuration.log_categories);
    TakeSettings(configuration);
    const bool levels{gArgs.GetBoolArg("-loglevelalways", DEFAULT_LOGLEVELALWAYS)};
    logger.PushBackCallback([this, levels](const std::string& line) {
        m_log->add(ReadLogLine(line, LogInstance().m_log_threadnames, levels));
    });
    TakeLogLevels();
    logger.StartLogging();
    TakeGlobals();
    if (StartsPrograms()) TieProgramsToThisProcess();
    FenceIn(Strictest(m_sandbox));
    m_scheduler.start();
}

void WalletProcessImpl::setLogCategories(uint64_t categories)
{
    auto& logger{LogInstance()};
    logger.EnableCategory(static_cast<BCLog::LogFlags>(categories));
    logger.DisableCategory(static_cast<BCLog::LogFlags>(~categories));
}

std::unique_ptr<interfaces::WalletLoader>
WalletProcessImpl::makeWalletLoader(std::unique_ptr<interfaces::Chain> chain,
                                    std::unique_ptr<BulkChain> bulk)
{
    if (!m_log) throw std::runtime_error("the wallet process is not configured");
    m_remote_chain = std::make_unique<PartingChain>(std::move(chain));
    m_bulk_chain = std::move(bulk);
    m_chain.emplace(*m_remote_chain, *m_bulk_chain, [this] { m_log->flush(); });
    return std::make_unique<ReadyLoader>(interfaces::MakeWalletLoader(*m_chain, gArgs), m_crypto);
}
} // namespace mpbitcoin
