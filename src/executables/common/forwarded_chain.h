#ifndef MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H
#define MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H

#include <interfaces/chain.h>
#include <interfaces/handler.h>
#include <kernel/types.h>
#include <policy/feerate.h>
#include <primitives/block.h>
#include <univalue.h>
#include <util/result.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpbitcoin {
//! A chain that passes all calls on to another one: the base of those that change some.
class ForwardedChain : public interfaces::Chain
{
public:
    //! `chain` has to outlive this.
    explicit ForwardedChain(interfaces::Chain& chain) : m_chain{chain} {}

    // clang-format off
    std::optional<int> getHeight() override { return m_chain.getHeight(); }
    uint256 getBlockHash(int height) override { return m_chain.getBlockHash(height); }
    bool haveBlockOnDisk(int height) override { return m_chain.haveBlockOnDisk(height); }
    std::optional<int> findLocatorFork(const CBlockLocator& locator) override { return m_chain.findLocatorFork(locator); }
    bool hasBlockFilterIndex(BlockFilterType type) override { return m_chain.hasBlockFilterIndex(type); }
    std::optional<bool> blockFilterMatchesAny(BlockFilterType type, const uint256& hash, const GCSFilter::ElementSet& set) override { return m_chain.blockFilterMatchesAny(type, hash, set); }
    bool findBlock(const uint256& hash, const interfaces::FoundBlock& block) override { return m_chain.findBlock(hash, block); }
    bool findFirstBlockWithTimeAndHeight(int64_t time, int height, const interfaces::FoundBlock& block) override { return m_chain.findFirstBlockWithTimeAndHeight(time, height, block); }
    bool findAncestorByHeight(const uint256& hash, int height, const interfaces::FoundBlock& ancestor) override { return m_chain.findAncestorByHeight(hash, height, ancestor); }
    bool findAncestorByHash(const uint256& hash, const uint256& ancestor_hash, const interfaces::FoundBlock& ancestor) override { return m_chain.findAncestorByHash(hash, ancestor_hash, ancestor); }
    bool findCommonAncestor(const uint256& hash1, const uint256& hash2, const interfaces::FoundBlock& ancestor, const interfaces::FoundBlock& block1, const interfaces::FoundBlock& block2) override { return m_chain.findCommonAncestor(hash1, hash2, ancestor, block1, block2); }
    void findCoins(std::map<COutPoint, Coin>& coins) override { m_chain.findCoins(coins); }
    double guessVerificationProgress(const uint256& hash) override { return m_chain.guessVerificationProgress(hash); }
    bool hasBlocks(const uint256& hash, int min_height, std::optional<int> max_height) override { return m_chain.hasBlocks(hash, min_height, max_height); }
    RBFTransactionState isRBFOptIn(const CTransaction& tx) override { return m_chain.isRBFOptIn(tx); }
    bool isInMempool(const Txid& txid) override { return m_chain.isInMempool(txid); }
    bool hasDescendantsInMempool(const Txid& txid) override { return m_chain.hasDescendantsInMempool(txid); }
    bool broadcastTransaction(const CTransactionRef& tx, const CAmount& max_fee, node::TxBroadcast method, std::string& error) override { return m_chain.broadcastTransaction(tx, max_fee, method, error); }
    void getTransactionAncestry(const Txid& txid, size_t& ancestors, size_t& count, size_t* size, CAmount* fees) override { m_chain.getTransactionAncestry(txid, ancestors, count, size, fees); }
    std::map<COutPoint, CAmount> calculateIndividualBumpFees(const std::vector<COutPoint>& outpoints, const CFeeRate& rate) override { return m_chain.calculateIndividualBumpFees(outpoints, rate); }
    std::optional<CAmount> calculateCombinedBumpFee(const std::vector<COutPoint>& outpoints, const CFeeRate& rate) override { return m_chain.calculateCombinedBumpFee(outpoints, rate); }
    void getPackageLimits(unsigned int& ancestors, unsigned int& descendants) override { m_chain.getPackageLimits(ancestors, descendants); }
    util::Result<void> checkChainLimits(const CTransactionRef& tx) override { return m_chain.checkChainLimits(tx); }
    CFeeRate estimateSmartFee(int blocks, bool conservative, FeeCalculation* calculation) override { return m_chain.estimateSmartFee(blocks, conservative, calculation); }
    unsigned int estimateMaxBlocks() override { return m_chain.estimateMaxBlocks(); }
    CFeeRate mempoolMinFee() override { return m_chain.mempoolMinFee(); }
    CFeeRate relayMinFee() override { return m_chain.relayMinFee(); }
    CFeeRate relayIncrementalFee() override { return m_chain.relayIncrementalFee(); }
    CFeeRate relayDustFee() override { return m_chain.relayDustFee(); }
    bool havePruned() override { return m_chain.havePruned(); }
    std::optional<int> getPruneHeight() override { return m_chain.getPruneHeight(); }
    bool isReadyToBroadcast() override { return m_chain.isReadyToBroadcast(); }
    bool isInitialBlockDownload() override { return m_chain.isInitialBlockDownload(); }
    bool shutdownRequested() override { return m_chain.shutdownRequested(); }
    void initMessage(const std::string& message) override { m_chain.initMessage(message); }
    void initWarning(const bilingual_str& message) override { m_chain.initWarning(message); }
    void initError(const bilingual_str& message) override { m_chain.initError(message); }
    void showProgress(const std::string& title, int progress, bool resume) override { m_chain.showProgress(title, progress, resume); }
    bool rpcEnableDeprecated(const std::string& method) override { return m_chain.rpcEnableDeprecated(method); }
    common::SettingsValue getSetting(const std::string& name) override { return m_chain.getSetting(name); }
    common::SettingsValue getRwSetting(const std::string& name) override { return m_chain.getRwSetting(name); }
    bool updateRwSetting(const std::string& name, const interfaces::SettingsUpdate& update) override { return m_chain.updateRwSetting(name, update); }
    bool overwriteRwSetting(const std::string& name, common::SettingsValue value, interfaces::SettingsAction action) override { return m_chain.overwriteRwSetting(name, std::move(value), action); }
    bool deleteRwSettings(const std::string& name, interfaces::SettingsAction action) override { return m_chain.deleteRwSettings(name, action); }
    bool hasAssumedValidChain() override { return m_chain.hasAssumedValidChain(); }
    std::vector<common::SettingsValue> getSettingsList(const std::string& name) override { return m_chain.getSettingsList(name); }
    std::unique_ptr<interfaces::Handler> handleNotifications(std::shared_ptr<Notifications> notifications) override { return m_chain.handleNotifications(std::move(notifications)); }
    void waitForNotificationsIfTipChanged(const uint256& old_tip) override { m_chain.waitForNotificationsIfTipChanged(old_tip); }
    void waitForNotifications() override { m_chain.waitForNotifications(); }
    void requestMempoolTransactions(Notifications& notifications) override { m_chain.requestMempoolTransactions(notifications); }
    std::unique_ptr<interfaces::Handler> handleRpc(const CRPCCommand& command) override { return m_chain.handleRpc(command); }
    // clang-format on

protected:
    interfaces::Chain& m_chain;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_FORWARDED_CHAIN_H
