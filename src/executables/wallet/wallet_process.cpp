#include <chainparams.h>
#include <common/args.h>
#include <common/system.h>
#include <executables/common/settings.h>
#include <executables/wallet/parting_chain.h>
#include <executables/wallet/ready_loader.h>
#include <executables/wallet/sandbox.h>
#include <executables/wallet/wallet_process.h>
#include <logging.h>
#include <univalue.h>
#include <util/fs.h>
#include <util/fs_helpers.h>
#include <util/time.h>
#include <wallet/walletutil.h>

#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

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

bool StartsPrograms()
{
    return gArgs.IsArgSet("-signer") || gArgs.IsArgSet("-walletnotify");
}
//! Where the wallets lie that are known now: their directory, and those that the settings or links
//! in there lead to.
std::vector<std::filesystem::path> WalletFolders()
{
    const auto directory{wallet::GetWalletDir()};
    if (!directory.is_absolute()) return {}; // wrong or none: verify() tells the node
    std::vector<std::filesystem::path> folders{directory};
    for (const auto& name : gArgs.GetSettingsList("-wallet")) {
        if (!name.isStr()) continue; // wrong: verify() tells the node
        const auto path{fsbridge::AbsPathJoin(directory, fs::PathFromString(name.get_str()))};
        if (fs::exists(path)) folders.push_back(path);
    }
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
        const bool wallet{std::filesystem::exists(entry.path() / "wallet.dat", error)};
        if (entry.is_symlink(error) && wallet) folders.push_back(entry.path());
    }
    return folders;
}
} // namespace

WalletProcessImpl::WalletProcessImpl(Context& context, bool sandbox) : m_sandbox{sandbox}
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
    logger.m_log_sourcelocations = configuration.log_sources;
    logger.EnableCategory(static_cast<BCLog::LogFlags>(configuration.log_categories));
    logger.PushBackCallback([this](const std::string& line) { m_log->add(line); });
    TakeSettings(configuration);
    TakeLogLevels();
    logger.StartLogging();
    TakeGlobals();
    if (m_sandbox && gArgs.GetBoolArg("-walletsandbox", true)) {
        SandboxRequest request;
        request.read_write = WalletFolders();
        if (!request.read_write.empty()) request.temporary = request.read_write.front();
        request.allow_exec = StartsPrograms();
        LogInfo("%s", Describe(ApplySandbox(request)));
    }
    m_scheduler.start();
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
