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
//! An answer that never changes; the first query fetches it. Thread-safe.
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

//! The node's chain for the wallets of this process. Queries in loops become bulk queries, constant
//! answers are queried once, and notifications arrive once for all wallets. All other calls go to
//! the node one by one.
class WalletChain final : public ForwardedChain
{
public:
    //! Both must outlive this. `answered` is called when a command is done and before the node has
    //! the answer: by then the node has the command's log lines.
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
    //! Threads that read blocks ahead. More wallets rarely scan at the same time.
    static constexpr int READERS{2};

    //! Answers of the node about its memory pool and fees. A command that tries several selections
    //! of coins repeats the same queries.
    struct Answers
    {
        Clock::time_point since{Clock::now()};
        std::map<std::pair<int, bool>, std::pair<CFeeRate, FeeCalculation>> smart_fees;
        std::optional<CFeeRate> mempool_min;
        //! For each coin alone, and for all of them together.
        std::map<std::pair<std::vector<COutPoint>, CFeeRate>, std::map<COutPoint, CAmount>> bumps;
        std::map<std::pair<std::vector<COutPoint>, CFeeRate>, std::optional<CAmount>>
            combined_bumps;

        //! Whether the node has answered that each of these coins alone has nothing to bump.
        bool nothingToBump(const std::vector<COutPoint>& outpoints, const CFeeRate& rate) const;
    };
    //! Answers requested ahead for one thread. Only that thread uses them.
    struct Thread
    {
        BlockRun run;
        //! The node's tip when the request of this thread was sent, see RequestTip.
        std::optional<uint256> tip;
        //! Set while this thread answers a command.
        std::optional<Answers> answers;
        std::map<Txid, Ancestry> ancestries;
        Clock::time_point ancestries_read;
    };
    Thread& thread();
    //! The reusable answers, or null.
    Answers* answers();
    //! A transaction's ancestry if it was read ahead, or null.
    const Ancestry* ancestry(const Txid& id);

    bool findNext(const uint256& hash, const interfaces::FoundBlock& block);
    bool findKnown(const uint256& hash, const interfaces::FoundBlock& block);
    //! Ask the node, and also for all facts that never change: the next query will be about them.
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

    //! Known blocks, without data.
    Mutex m_known_mutex;
    std::map<uint256, RunBlock> m_known OS_GUARDED_BY(m_known_mutex);

    //! Each thread owns an object until it ends, which is the key: later threads may get the ids of
    //! ended ones.
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
