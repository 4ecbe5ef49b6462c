#include <common/args.h>
#include <executables/wallet/parting_chain.h>
#include <executables/wallet/ready_loader.h>
#include <executables/wallet/wallet_chain.h>
#include <executables/wallet/wallet_process.h>
#include <logging.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace mpbitcoin {
namespace {
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

//! The node's chain and the objects that it uses.
struct NodeChain
{
    NodeChain(std::unique_ptr<interfaces::Chain> node,
              std::unique_ptr<BulkChain> node_bulk,
              std::shared_ptr<LogSender> log) :
        remote{std::move(node)},
        bulk{std::move(node_bulk)},
        chain{remote, *bulk, [log = std::move(log)] { log->flush(); }}
    {
    }

    PartingChain remote;
    std::unique_ptr<BulkChain> bulk;
    WalletChain chain;
};
} // namespace

WalletProcessImpl::WalletProcessImpl(Context& context, std::string problem) :
    m_problem{std::move(problem)}
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

void WalletProcessImpl::start(std::unique_ptr<LogSink> log, uint64_t categories, bool threads)
{
    if (!m_problem.empty()) throw std::runtime_error{m_problem};
    if (m_log) throw std::runtime_error{"the wallet process has started already"};
    auto& logger{LogInstance()};
    m_log = std::make_shared<LogSender>(std::move(log));
    logger.m_print_to_file = false;
    logger.m_print_to_console = false;
    logger.m_log_timestamps = false; // the node adds its own
    logger.m_log_threadnames = threads;
    logger.m_log_sourcelocations = true;
    logger.m_always_print_category_level = true;
    setLogCategories(categories);
    const bool levels{gArgs.GetBoolArg("-loglevelalways", DEFAULT_LOGLEVELALWAYS)};
    logger.PushBackCallback([this, levels](const std::string& line) {
        m_log->add(ReadLogLine(line, LogInstance().m_log_threadnames, levels));
    });
    TakeLogLevels();
    logger.StartLogging();
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
    if (!m_log) throw std::runtime_error("the wallet process has not started");
    auto nodes = std::make_shared<NodeChain>(std::move(chain), std::move(bulk), m_log);
    auto loader = interfaces::MakeWalletLoader(nodes->chain, gArgs);
    return std::make_unique<ReadyLoader>(std::move(loader), std::move(nodes), m_crypto);
}
} // namespace mpbitcoin
