#ifndef MPBITCOIN_EXECUTABLES_WALLET_WALLET_CHAIN_H
#define MPBITCOIN_EXECUTABLES_WALLET_WALLET_CHAIN_H

#include <executables/common/forwarded_chain.h>
#include <executables/wallet/block_run.h>
#include <executables/wallet/notification_hub.h>
#include <ipc/interfaces/chain/bulk_chain.h>
#include <os/mutex.h>
#include <policy/feerate.h>
#include <policy/fees/block_policy_estimator.h>
#include <uint256.h>
#include <util/threadpool.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpbitcoin {
//! An answer that never changes, asked for once. Thread-safe.
template <typename Value>
class Constant
{
public:
    template <typename Ask>
    Value get(Ask ask)
    {
        {
            const Lock lock{m_mutex};
            if (m_value) return *m_value;
        }
        const Value value{ask()};
        const Lock lock{m_mutex};
        m_value = value;
        return value;
    }

private:
    Mutex m_mutex;
    std::optional<Value> m_value OS_GUARDED_BY(m_mutex);
};

//! The node's chain as the wallets of this process see it. What wallets ask in loops is asked in
//! bulk, what can't change is asked once, and notifications come once for all wallets. All other
//! calls go to the node one by one.
class WalletChain final : public ForwardedChain
{
public:
    //! Both have to outlive this. `answered` is called when a command is done, before the node has
    //! the answer: what the command has logged is there then.
    WalletChain(interfaces::Chain& chain, BulkChain& bulk, std::function<void()> answered) :
        ForwardedChain{chain}, m_bulk{bulk}, m_answered{std::move(answered)}
    {
        m_readers.Start(READERS);
    }

    // Blocks.
    bool findBlock(const uint256& hash, const interfaces::FoundBlock& block) override;
    double guessVerificationProgress(const uint256& hash) override;
    std::optional<bool> blockFilterMatchesAny(BlockFilterType type,
                                              const uint256& hash,
                                              const GCSFilter::ElementSet& elements) override;
    bool isInitialBlockDownload() override;
    bool shutdownRequested() override;

    // The memory pool and its rules.
    bool broadcastTransaction(const CTransactionRef& transaction,
                              const CAmount& max_fee,
                              node::TxBroadcast method,
                              std::string& error) override;
    void getTransactionAncestry(const Txid& id,
                                size_t& ancestors,
                                size_t& cluster_count,
                                size_t* size,
                                CAmount* fees) override;
    std::map<COutPoint, CAmount>
    calculateIndividualBumpFees(const std::vector<COutPoint>& outpoints,
                                const CFeeRate& rate) override;
    std::optional<CAmount> calculateCombinedBumpFee(const std::vector<COutPoint>& outpoints,
                                                    const CFeeRate& rate) override;
    void getPackageLimits(unsigned int& ancestors, unsigned int& descendants) override;
    void requestMempoolTransactions(Notifications& notifications) override;
    CFeeRate estimateSmartFee(int blocks, bool conservative, FeeCalculation* calculation) override;
    CFeeRate mempoolMinFee() override;
    unsigned int estimateMaxBlocks() override;
    CFeeRate relayMinFee() override;
    CFeeRate relayIncrementalFee() override;
    CFeeRate relayDustFee() override;

    // Notifications and commands.
    std::unique_ptr<interfaces::Handler>
    handleNotifications(std::shared_ptr<Notifications> notifications) override;
    void waitForNotificationsIfTipChanged(const uint256& old_tip) override;
    void waitForNotifications() override;
    std::unique_ptr<interfaces::Handler> handleRpc(const CRPCCommand& command) override;

private:
    using Clock = std::chrono::steady_clock;
    //! Threads that read blocks ahead: as many wallets rarely scan at a time.
    static constexpr int READERS{2};

    //! What the node has answered about its memory pool and fees. A command that tries several
    //! selections of coins asks the same for each.
    struct Answers
    {
        Clock::time_point since{Clock::now()};
        std::map<std::pair<int, bool>, std::pair<CFeeRate, FeeCalculation>> smart_fees;
        std::optional<CFeeRate> mempool_min;
        //! For each coin alone, and for all of them together.
        std::map<std::pair<std::vector<COutPoint>, CFeeRate>, std::map<COutPoint, CAmount>> bumps;
        std::map<std::pair<std::vector<COutPoint>, CFeeRate>, std::optional<CAmount>>
            combined_bumps;

        //! Whether the node has said that each of these coins alone has nothing to bump.
        bool nothingToBump(const std::vector<COutPoint>& outpoints, const CFeeRate& rate) const;
    };
    //! What was asked ahead for one thread; only that thread uses it.
    struct Thread
    {
        BlockRun run;
        //! The node's tip when the request was sent that this thread answers, see RequestTip.
        std::optional<uint256> tip;
        //! While this thread answers a command.
        std::optional<Answers> answers;
        std::map<Txid, Ancestry> ancestries;
        Clock::time_point ancestries_read;
    };
    Thread& thread();
    //! The answers that may be given again, or null.
    Answers* answers();
    //! What was read ahead of a transaction's ancestry, or null.
    const Ancestry* ancestry(const Txid& id);

    bool findNext(const uint256& hash, const interfaces::FoundBlock& block);
    bool findKnown(const uint256& hash, const interfaces::FoundBlock& block);
    //! Ask the node, also for all that holds for ever: the next question will be about that.
    bool askBlock(const uint256& hash, const interfaces::FoundBlock& block);

    BulkChain& m_bulk;
    const std::function<void()> m_answered;
    std::atomic<uint64_t> m_epoch{0};
    std::atomic<bool> m_initial_block_download{true};
    std::atomic<bool> m_shutdown_requested{false};
    std::atomic<Clock::rep> m_shutdown_asked{0};
    Constant<unsigned int> m_max_blocks;
    Constant<std::pair<unsigned int, unsigned int>> m_package_limits;
    Constant<CFeeRate> m_relay_min;
    Constant<CFeeRate> m_relay_incremental;
    Constant<CFeeRate> m_relay_dust;

    //! Blocks without data that the node was asked for.
    Mutex m_known_mutex;
    std::map<uint256, RunBlock> m_known OS_GUARDED_BY(m_known_mutex);

    //! By what each thread owns until it ends: ids of ended threads are used again, by other
    //! threads.
    using Threads = std::map<std::weak_ptr<const void>, Thread, std::owner_less<>>;

    Mutex m_threads_mutex;
    Threads m_threads OS_GUARDED_BY(m_threads_mutex);

    const std::shared_ptr<NotificationHub> m_hub{
        std::make_shared<NotificationHub>([this] { ++m_epoch; })};
    Mutex m_registering;
    std::unique_ptr<interfaces::Handler> m_registered OS_GUARDED_BY(m_registering);
    ThreadPool m_readers{"readahead"};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_WALLET_CHAIN_H
