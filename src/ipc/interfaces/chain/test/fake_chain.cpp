#include <interfaces/handler.h>
#include <ipc/interfaces/chain/test/fake_chain.h>
#include <ipc/interfaces/wallet/test/fake_wallet.h>
#include <kernel/chain.h>
#include <kernel/mempool_removal_reason.h>
#include <kernel/types.h>
#include <node/types.h>
#include <policy/rbf.h>
#include <primitives/block.h>
#include <rpc/server.h>
#include <undo.h>

#include <utility>

namespace mpbitcoin::test {
namespace {
CBlock MakeBlock()
{
    CBlock block;
    block.nBits = 1;
    block.vtx = {MakeTransaction(), MakeTransaction()};
    return block;
}

//! Call all methods of a client's notifications.
void Notify(interfaces::Chain::Notifications& notifications)
{
    const CBlock data{MakeBlock()};
    const CBlockUndo undo_data;
    const uint256 hash{data.GetHash()};
    interfaces::BlockInfo block{hash};
    block.prev_hash = &data.hashPrevBlock;
    block.data = &data;
    block.undo_data = &undo_data;
    notifications.transactionAddedToMempool(MakeTransaction());
    notifications.transactionRemovedFromMempool(MakeTransaction(), MemPoolRemovalReason::EXPIRY);
    notifications.blockConnected({}, block);
    notifications.blockDisconnected(block);
    notifications.updatedBlockTip();
    notifications.chainStateFlushed({}, CBlockLocator{std::vector<uint256>{hash}});
}

//! Keeps a client's registration until the client destroys it.
template <typename Registered>
class FakeHandler : public interfaces::Handler
{
public:
    FakeHandler(Registered registered, std::shared_ptr<FakeChainState> state) :
        m_registered{std::move(registered)}, m_state{std::move(state)}
    {
        ++m_state->handlers;
    }
    ~FakeHandler() override { --m_state->handlers; }
    void disconnect() override { ++m_state->disconnected; }

private:
    const Registered m_registered;
    const std::shared_ptr<FakeChainState> m_state;
};

class FakeChain : public interfaces::Chain
{
public:
    explicit FakeChain(std::shared_ptr<FakeChainState> state) : m_state{std::move(state)} {}

    std::optional<int> getHeight() override { return 200; }
    uint256 getBlockHash(int) override { return MakeBlock().GetHash(); }
    bool haveBlockOnDisk(int height) override { return height > 0; }
    std::optional<int> findLocatorFork(const CBlockLocator& locator) override
    {
        return static_cast<int>(locator.vHave.size());
    }
    bool hasBlockFilterIndex(BlockFilterType) override { return true; }
    std::optional<bool> blockFilterMatchesAny(BlockFilterType,
                                              const uint256&,
                                              const GCSFilter::ElementSet& set) override
    {
        return set.size() > 1;
    }
    bool findBlock(const uint256&, const interfaces::FoundBlock& block) override
    {
        return find(block);
    }
    bool findFirstBlockWithTimeAndHeight(int64_t, int, const interfaces::FoundBlock& block) override
    {
        return find(block);
    }
    bool findAncestorByHeight(const uint256&, int, const interfaces::FoundBlock& block) override
    {
        return find(block);
    }
    bool
    findAncestorByHash(const uint256&, const uint256&, const interfaces::FoundBlock& block) override
    {
        return find(block);
    }
    bool findCommonAncestor(const uint256&,
                            const uint256&,
                            const interfaces::FoundBlock& ancestor,
                            const interfaces::FoundBlock& block1,
                            const interfaces::FoundBlock& block2) override
    {
        return find(ancestor) && find(block1) && find(block2);
    }
    void findCoins(std::map<COutPoint, Coin>& coins) override
    {
        bool spent{false};
        for (auto& [outpoint, coin] : coins) {
            if (spent = !spent; !spent) coin = Coin{CTxOut{1, CScript{} << OP_TRUE}, 5, false};
        }
    }
    double guessVerificationProgress(const uint256&) override { return 0.5; }
    bool hasBlocks(const uint256&, int, std::optional<int>) override { return true; }
    RBFTransactionState isRBFOptIn(const CTransaction&) override
    {
        return RBFTransactionState::FINAL;
    }
    bool isInMempool(const Txid&) override { return false; }
    bool hasDescendantsInMempool(const Txid&) override { return false; }
    bool broadcastTransaction(const CTransactionRef& tx,
                              const CAmount&,
                              node::TxBroadcast,
                              std::string& reason) override
    {
        reason = tx->GetHash().ToString();
        return false;
    }
    void getTransactionAncestry(const Txid&,
                                size_t& ancestors,
                                size_t& cluster_count,
                                size_t* ancestor_size,
                                CAmount* ancestor_fees) override
    {
        ancestors = cluster_count = 1;
        if (ancestor_size) *ancestor_size = 2;
        if (ancestor_fees) *ancestor_fees = 3;
    }
    std::map<COutPoint, CAmount>
    calculateIndividualBumpFees(const std::vector<COutPoint>& outpoints, const CFeeRate&) override
    {
        std::map<COutPoint, CAmount> fees;
        for (const auto& outpoint : outpoints) {
            fees[outpoint] = 1;
        }
        return fees;
    }
    std::optional<CAmount> calculateCombinedBumpFee(const std::vector<COutPoint>& outpoints,
                                                    const CFeeRate&) override
    {
        return outpoints.size();
    }
    void getPackageLimits(unsigned int& ancestors, unsigned int& descendants) override
    {
        ancestors = descendants = 25;
    }
    util::Result<void> checkChainLimits(const CTransactionRef& tx) override
    {
        if (tx->vin.size() > 2) return {};
        return util::Error{bilingual_str{"too long", "zu lang"}};
    }
    CFeeRate estimateSmartFee(int blocks, bool, FeeCalculation* calculation) override
    {
        if (calculation) calculation->desiredTarget = blocks;
        return CFeeRate{1};
    }
    unsigned int estimateMaxBlocks() override { return 1; }
    CFeeRate mempoolMinFee() override { return CFeeRate{1}; }
    CFeeRate relayMinFee() override { return CFeeRate{1}; }
    CFeeRate relayIncrementalFee() override { return CFeeRate{1}; }
    CFeeRate relayDustFee() override { return CFeeRate{1}; }
    bool havePruned() override { return false; }
    std::optional<int> getPruneHeight() override { return std::nullopt; }
    bool isReadyToBroadcast() override { return true; }
    bool isInitialBlockDownload() override { return false; }
    bool shutdownRequested() override { return false; }
    void initMessage(const std::string&) override {}
    void initWarning(const bilingual_str&) override {}
    void initError(const bilingual_str&) override {}
    void showProgress(const std::string&, int, bool) override {}
    std::unique_ptr<interfaces::Handler>
    handleNotifications(std::shared_ptr<Notifications> notifications) override
    {
        if (notifications) Notify(*notifications);
        return std::make_unique<FakeHandler<std::shared_ptr<Notifications>>>(
            std::move(notifications), m_state);
    }
    void waitForNotificationsIfTipChanged(const uint256&) override {}
    void waitForNotifications() override {}
    std::unique_ptr<interfaces::Handler> handleRpc(const CRPCCommand& command) override
    {
        JSONRPCRequest request;
        request.strMethod = command.name;
        request.params = UniValue{UniValue::VARR};
        UniValue result;
        try {
            command.actor(request, result, /*last_handler=*/true);
        } catch (const UniValue&) {
            // Like an error of an RPC.
        }
        return std::make_unique<FakeHandler<CRPCCommand>>(command, m_state);
    }
    bool rpcEnableDeprecated(const std::string&) override { return false; }
    common::SettingsValue getSetting(const std::string& name) override { return {name}; }
    std::vector<common::SettingsValue> getSettingsList(const std::string& name) override
    {
        return {name, 1};
    }
    common::SettingsValue getRwSetting(const std::string&) override { return {}; }
    bool updateRwSetting(const std::string& name, const interfaces::SettingsUpdate& update) override
    {
        common::SettingsValue value{name};
        return update(value).has_value();
    }
    bool overwriteRwSetting(const std::string&,
                            common::SettingsValue,
                            interfaces::SettingsAction) override
    {
        return true;
    }
    bool deleteRwSettings(const std::string&, interfaces::SettingsAction) override { return true; }
    void requestMempoolTransactions(Notifications& notifications) override
    {
        notifications.transactionAddedToMempool(MakeTransaction());
    }
    bool hasAssumedValidChain() override { return false; }

private:
    static bool find(const interfaces::FoundBlock& block)
    {
        const CBlock data{MakeBlock()};
        block.found = true;
        if (block.m_hash) *block.m_hash = data.GetHash();
        if (block.m_height) *block.m_height = 7;
        if (block.m_locator) block.m_locator->vHave = {data.GetHash()};
        if (block.m_data) *block.m_data = data;
        if (block.m_next_block) find(*block.m_next_block);
        return true;
    }

    const std::shared_ptr<FakeChainState> m_state;
};
} // namespace

std::unique_ptr<interfaces::Chain> MakeFakeChain(std::shared_ptr<FakeChainState> state)
{
    return std::make_unique<FakeChain>(std::move(state));
}
} // namespace mpbitcoin::test
