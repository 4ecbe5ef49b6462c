#include <executables/wallet/wallet_chain.h>
#include <executables/wallet/wallet_notify.h>
#include <ipc/interfaces/chain/request_tip.h>
#include <rpc/request.h>
#include <rpc/server.h>
#include <wallet/wallet.h>

#include <algorithm>
#include <any>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace mpbitcoin {
namespace {
using interfaces::FoundBlock;

//! A scan may continue for this long after the node begins to shut down.
constexpr std::chrono::milliseconds SHUTDOWN_INTERVAL{50};
//! How long the selection of coins may reuse an answer about the memory pool. The node checks the
//! selected coins again.
constexpr std::chrono::seconds ANSWER_AGE{10};
//! Number of blocks whose facts are remembered: a few megabytes.
constexpr size_t MAX_KNOWN{20'000};

bool WantsPlace(const FoundBlock& block)
{
    return block.m_in_active_chain || block.m_next_block || block.m_locator;
}

//! Whether a scan asks for its next step: is the block in the active chain, and which one follows?
bool IsStep(const FoundBlock& block)
{
    const auto* next{block.m_next_block};
    return next && block.m_in_active_chain && !block.m_locator && !block.m_data &&
           !next->m_locator && !next->m_data && !next->m_next_block;
}

//! The facts about a block that never change.
void FillFacts(const RunBlock& known, const FoundBlock& block)
{
    if (block.m_hash) *block.m_hash = known.hash;
    if (block.m_height) *block.m_height = known.height;
    if (block.m_time) *block.m_time = known.time;
    if (block.m_max_time) *block.m_max_time = known.max_time;
    if (block.m_mtp_time) *block.m_mtp_time = known.mtp_time;
    block.found = true;
}

void FillActive(const RunBlock& known, const FoundBlock& block)
{
    FillFacts(known, block);
    if (block.m_in_active_chain) *block.m_in_active_chain = true;
}
} // namespace

WalletChain::Thread& WalletChain::thread()
{
    thread_local const auto self{std::make_shared<const char>()};
    std::vector<Threads::node_type> ended; // destroyed after the lock is released
    const Lock lock{m_threads_mutex};
    const auto found{m_threads.find(self)};
    if (found != m_threads.end()) return found->second;
    for (auto known{m_threads.begin()}; known != m_threads.end();) {
        const auto next{std::next(known)};
        if (known->first.expired()) ended.push_back(m_threads.extract(known));
        known = next;
    }
    return m_threads.emplace(self, Thread{BlockRun{m_bulk, m_epoch, m_readers}, {}, {}, {}, {}})
        .first->second;
}

WalletChain::Answers* WalletChain::answers()
{
    auto& kept{thread().answers};
    if (!kept) return nullptr;
    if (Clock::now() - kept->since > ANSWER_AGE) kept = Answers{};
    return &*kept;
}

bool WalletChain::Answers::nothingToBump(const std::vector<COutPoint>& outpoints,
                                         const CFeeRate& rate) const
{
    return std::ranges::any_of(bumps, [&](const auto& answer) {
        const auto& [question, fees]{answer};
        return question.second == rate && std::ranges::all_of(outpoints, [&](const auto& outpoint) {
                   const auto fee{fees.find(outpoint)};
                   return fee != fees.end() && fee->second == 0;
               });
    });
}

bool WalletChain::findBlock(const uint256& hash, const FoundBlock& block)
{
    if (IsStep(block) && findNext(hash, block)) return true;
    if (!WantsPlace(block) && findKnown(hash, block)) return true;
    return askBlock(hash, block);
}

bool WalletChain::findNext(const uint256& hash, const FoundBlock& block)
{
    auto& run{thread().run};
    const auto* next{run.successor(hash)};
    if (!next) return false;
    FillActive(*next, *block.m_next_block);
    FillActive(*run.find(hash), block);
    return true;
}

bool WalletChain::findKnown(const uint256& hash, const FoundBlock& block)
{
    if (const auto* known{thread().run.find(hash)}) {
        if (block.m_data) {
            auto data{ParseBlock(*known)};
            if (!data) return false;
            *block.m_data = *std::move(data);
        }
        FillFacts(*known, block);
        return true;
    }
    const Lock lock{m_known_mutex};
    const auto known{m_known.find(hash)};
    if (block.m_data || known == m_known.end()) return false;
    FillFacts(known->second, block);
    return true;
}

bool WalletChain::askBlock(const uint256& hash, const FoundBlock& block)
{
    RunBlock known;
    known.hash = hash;
    FoundBlock asked{block};
    asked.height(known.height).time(known.time).maxTime(known.max_time).mtpTime(known.mtp_time);
    if (!m_target()->findBlock(hash, asked)) return false;
    FillFacts(known, block);
    const Lock lock{m_known_mutex};
    if (m_known.size() >= MAX_KNOWN) m_known.clear();
    m_known.emplace(hash, std::move(known));
    return true;
}

double WalletChain::guessVerificationProgress(const uint256& hash)
{
    const auto* known{thread().run.find(hash)};
    return known ? known->progress : m_target()->guessVerificationProgress(hash);
}

std::optional<bool> WalletChain::blockFilterMatchesAny(BlockFilterType type,
                                                       const uint256& hash,
                                                       const GCSFilter::ElementSet& elements)
{
    if (type == BlockFilterType::BASIC) {
        if (const auto known{thread().run.matches(hash, elements)}) return known;
    }
    return m_target()->blockFilterMatchesAny(type, hash, elements);
}

bool WalletChain::isInitialBlockDownload()
{
    // Once it has ended, it does not begin again.
    if (m_initial_block_download) m_initial_block_download = m_target()->isInitialBlockDownload();
    return m_initial_block_download;
}

bool WalletChain::shutdownRequested()
{
    if (m_shutdown_requested) return true;
    const auto now{Clock::now().time_since_epoch()};
    if (now - Clock::duration{m_shutdown_asked} > SHUTDOWN_INTERVAL) {
        m_shutdown_requested = m_target()->shutdownRequested();
        m_shutdown_asked = now.count();
    }
    return m_shutdown_requested;
}

const Ancestry* WalletChain::ancestry(const Txid& id)
{
    const auto& own{thread()};
    if (Clock::now() - own.ancestries_read > ANSWER_AGE) return nullptr;
    const auto found{own.ancestries.find(id)};
    return found == own.ancestries.end() ? nullptr : &found->second;
}

void WalletChain::getTransactionAncestry(
    const Txid& id, size_t& ancestors, size_t& cluster_count, size_t* size, CAmount* fees)
{
    const auto* known{size || fees ? nullptr : ancestry(id)};
    if (!known) {
        m_target()->getTransactionAncestry(id, ancestors, cluster_count, size, fees);
        return;
    }
    ancestors = known->ancestors;
    cluster_count = known->cluster_count;
}

std::map<COutPoint, CAmount>
WalletChain::calculateIndividualBumpFees(const std::vector<COutPoint>& outpoints,
                                         const CFeeRate& rate)
{
    auto* const kept{answers()};
    if (kept) {
        const auto known{kept->bumps.find({outpoints, rate})};
        if (known != kept->bumps.end()) return known->second;
    }
    // Wallets ask for the ancestry of each of these coins next. The answer also shows which
    // transactions are in the memory pool: only they can have fees to bump.
    std::set<Txid> unique;
    for (const auto& outpoint : outpoints) {
        unique.insert(outpoint.hash);
    }
    const std::vector<Txid> ids{unique.begin(), unique.end()};
    const auto ancestries{m_bulk.getAncestries(ids)};
    auto& own{thread()};
    own.ancestries.clear();
    own.ancestries_read = Clock::now();
    for (size_t i{0}; i < std::min(ids.size(), ancestries.size()); ++i) {
        own.ancestries.emplace(ids[i], ancestries[i]);
    }
    std::map<COutPoint, CAmount> fees;
    std::vector<COutPoint> unconfirmed;
    for (const auto& outpoint : outpoints) {
        const auto* known{ancestry(outpoint.hash)};
        if (known && known->ancestors == 0) {
            fees.emplace(outpoint, 0);
        } else {
            unconfirmed.push_back(outpoint);
        }
    }
    if (!unconfirmed.empty())
        fees.merge(m_target()->calculateIndividualBumpFees(unconfirmed, rate));
    if (kept) kept->bumps.emplace(std::pair{outpoints, rate}, fees);
    return fees;
}

std::optional<CAmount>
WalletChain::calculateCombinedBumpFee(const std::vector<COutPoint>& outpoints, const CFeeRate& rate)
{
    const bool confirmed{std::all_of(outpoints.begin(), outpoints.end(), [&](const auto& outpoint) {
        const auto* known{ancestry(outpoint.hash)};
        return known && known->ancestors == 0;
    })};
    if (confirmed) return 0;
    auto* const kept{answers()};
    if (!kept) return m_target()->calculateCombinedBumpFee(outpoints, rate);
    // Otherwise it is less than the sum, and even for a single coin it may be another value.
    if (kept->nothingToBump(outpoints, rate)) return 0;
    const std::pair question{outpoints, rate};
    auto known{kept->combined_bumps.find(question)};
    if (known == kept->combined_bumps.end()) {
        const auto fee{m_target()->calculateCombinedBumpFee(outpoints, rate)};
        known = kept->combined_bumps.emplace(question, fee).first;
    }
    return known->second;
}

void WalletChain::getPackageLimits(unsigned int& ancestors, unsigned int& descendants)
{
    std::tie(ancestors, descendants) = m_package_limits.get([this] {
        std::pair<unsigned int, unsigned int> limits;
        m_target()->getPackageLimits(limits.first, limits.second);
        return limits;
    });
}

void WalletChain::requestMempoolTransactions(Notifications& notifications)
{
    thread().run.clear(); // this ends a scan
    m_bulk.readMempool([&](std::vector<CTransactionRef> transactions) {
        for (const auto& transaction : transactions) {
            notifications.transactionAddedToMempool(transaction);
        }
    });
}

bool WalletChain::broadcastTransaction(const CTransactionRef& transaction,
                                       const CAmount& max_fee,
                                       node::TxBroadcast method,
                                       std::string& error)
{
    if (auto* const kept{answers()}) *kept = Answers{};
    return m_target()->broadcastTransaction(transaction, max_fee, method, error);
}

CFeeRate WalletChain::estimateSmartFee(int blocks, bool conservative, FeeCalculation* calculation)
{
    auto* const kept{answers()};
    if (!kept) return m_target()->estimateSmartFee(blocks, conservative, calculation);
    const std::pair question{blocks, conservative};
    auto known{kept->smart_fees.find(question)};
    if (known == kept->smart_fees.end()) {
        FeeCalculation details;
        const auto fee{m_target()->estimateSmartFee(blocks, conservative, &details)};
        known = kept->smart_fees.emplace(question, std::pair{fee, details}).first;
    }
    if (calculation) *calculation = known->second.second;
    return known->second.first;
}

CFeeRate WalletChain::mempoolMinFee()
{
    auto* const kept{answers()};
    if (!kept) return m_target()->mempoolMinFee();
    if (!kept->mempool_min) kept->mempool_min = m_target()->mempoolMinFee();
    return *kept->mempool_min;
}

unsigned int WalletChain::estimateMaxBlocks()
{
    return m_max_blocks.get([this] { return m_target()->estimateMaxBlocks(); });
}

CFeeRate WalletChain::relayMinFee()
{
    return m_relay_min.get([this] { return m_target()->relayMinFee(); });
}

CFeeRate WalletChain::relayIncrementalFee()
{
    return m_relay_incremental.get([this] { return m_target()->relayIncrementalFee(); });
}

CFeeRate WalletChain::relayDustFee()
{
    return m_relay_dust.get([this] { return m_target()->relayDustFee(); });
}

std::unique_ptr<interfaces::Handler>
WalletChain::handleNotifications(std::shared_ptr<Notifications> notifications)
{
    if (auto* wallet{dynamic_cast<wallet::CWallet*>(notifications.get())}) {
        QuoteNameInNotifyCommand(*wallet); // it has not scanned anything yet
    }
    const std::shared_ptr<interfaces::Handler> handler{m_hub->add(std::move(notifications))};
    {
        const Lock lock{m_registering};
        if (!m_registered) m_registered = m_target()->handleNotifications(m_hub);
    }
    // A wallet inside the node would have received the node's queued notifications by now.
    return interfaces::MakeCleanupHandler([this, handler] {
        waitForNotifications();
        handler->disconnect();
    });
}

void WalletChain::waitForNotificationsIfTipChanged(const uint256& old_tip)
{
    const auto tip{std::exchange(thread().tip, std::nullopt)};
    if (!tip || *tip != old_tip) m_target()->waitForNotificationsIfTipChanged(old_tip);
    m_hub->drain();
}

void WalletChain::waitForNotifications()
{
    m_target()->waitForNotifications();
    m_hub->drain();
}

std::unique_ptr<interfaces::Handler> WalletChain::handleRpc(const CRPCCommand& command)
{
    struct Done
    {
        WalletChain& chain;
        std::optional<Answers>& answers;
        ~Done()
        {
            answers.reset();
            chain.m_answered();
        }
    };
    const auto execute = [this, call = command.actor](const JSONRPCRequest& request,
                                                      UniValue& result, bool last_handler) {
        const auto* tip{std::any_cast<RequestTip>(&request.context)};
        auto& own{thread()};
        own.tip = tip ? std::optional{tip->hash} : std::nullopt;
        own.ancestries.clear(); // they belong to another request
        own.answers = Answers{};
        const Done done{*this, own.answers};
        m_hub->drainUntil(std::chrono::steady_clock::now() + NOTIFICATION_PATIENCE);
        return call(request, result, last_handler);
    };
    return m_target()->handleRpc(
        {command.category, command.name, execute, command.argNames, command.unique_id});
}
} // namespace mpbitcoin
