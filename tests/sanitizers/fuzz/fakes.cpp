#include <fakes.h>
#include <ipc/interfaces/chain/test/fake_chain.h>
#include <ipc/interfaces/wallet/test/fake_wallet.h>
#include <policy/fees/block_policy_estimator.h>
#include <primitives/block.h>
#include <univalue.h>

#include <map>
#include <stdexcept>
#include <utility>

namespace mpbitcoin::fuzz {
namespace {
std::unique_ptr<interfaces::WalletLoader> MakeLoader()
{
    auto state = std::make_shared<test::WalletState>();
    state->slow_may_end.set_value();
    return test::MakeFakeLoader(std::move(state));
}

std::unique_ptr<interfaces::Chain> MakeChain()
{
    return test::MakeFakeChain(std::make_shared<test::FakeChainState>());
}

class Bulk : public BulkChain
{
public:
    std::vector<RunBlock>
    readBlocks(const uint256& first, bool match, const GCSFilter::ElementSet& elements) override
    {
        RunBlock block{.hash = first, .filtered = match, .matches = !elements.empty()};
        block.data = {1, 2, 3};
        return {block, block};
    }
    std::vector<Ancestry> getAncestries(const std::vector<Txid>& ids) override
    {
        return std::vector<Ancestry>(ids.size(), {1, 2});
    }
    void readMempool(TransactionsFn take) override { take({test::MakeTransaction()}); }
};

//! Ask the objects of a client, as a node asks those of its wallet process.
void Use(interfaces::WalletLoader& loader)
{
    loader.registerRpcs();
    loader.verify();
    loader.load();
    loader.setMockTime(1);
    loader.getWalletDir();
    loader.listWalletDir();
    std::vector<bilingual_str> warnings;
    (void)loader.loadWallet("w", warnings);
    (void)loader.restoreWallet("backup", "w", warnings, /*load_after_restore=*/true);
    (void)loader.migrateWallet("w", SecureString{"secret"});
    for (const auto& wallet : loader.getWallets()) {
        wallet->getWalletTxs();
        wallet->listCoins();
        wallet->getAddresses();
        wallet->getBalances();
        (void)wallet->createTransaction({}, test::MakeCoinControl(), true, std::nullopt);
    }
    loader.stop();
}

void Use(interfaces::Chain& chain)
{
    uint256 hash;
    int height{0};
    CBlock data;
    CBlockLocator locator;
    const auto next = interfaces::FoundBlock().hash(hash);
    chain.getHeight();
    chain.findBlock(
        hash, interfaces::FoundBlock().height(height).data(data).locator(locator).nextBlock(next));
    std::map<COutPoint, Coin> coins{{{}, {}}};
    chain.findCoins(coins);
    FeeCalculation calculation;
    chain.estimateSmartFee(1, true, &calculation);
    (void)chain.checkChainLimits(test::MakeTransaction());
    chain.calculateIndividualBumpFees({COutPoint{}}, CFeeRate{1});
    chain.getSettingsList("wallet");
    chain.updateRwSetting("wallet", [](common::SettingsValue& value) {
        value = "x";
        return interfaces::SettingsAction::WRITE;
    });
}

void Use(BulkChain& bulk)
{
    bulk.readBlocks({}, true, {{1, 2}});
    bulk.getAncestries({Txid{}});
    bulk.readMempool([](std::vector<CTransactionRef>) {});
}

class Process : public WalletProcess
{
public:
    void start(std::unique_ptr<LogSink> log, uint64_t categories, bool) override
    {
        if (categories == 0) throw std::runtime_error("no categories");
        m_log.set(std::move(log));
    }
    void setLogCategories(uint64_t) override {}
    std::unique_ptr<interfaces::WalletLoader>
    makeWalletLoader(std::unique_ptr<interfaces::Chain> chain,
                     std::unique_ptr<BulkChain> bulk) override
    {
        if (const auto log{m_log.get()}) log->write({{"a line", true, "file.cpp", 1, "function"}});
        if (chain) Use(*chain);
        if (bulk) Use(*bulk);
        return MakeLoader();
    }

private:
    test::Held<std::shared_ptr<LogSink>> m_log;
};

class Node : public NodeInit
{
public:
    void attachWallet(std::unique_ptr<WalletProcess> process) override
    {
        class Sink : public LogSink
        {
            void write(const std::vector<LogLine>&) override {}
        };
        if (!process) throw std::runtime_error("no process");
        process->shareThreads();
        process->start(std::make_unique<Sink>(), /*categories=*/1, /*threads=*/true);
        process->setLogCategories(1);
        const auto loader = process->makeWalletLoader(MakeChain(), std::make_unique<Bulk>());
        if (loader) Use(*loader);
    }
    std::vector<unsigned char> walletConfiguration() override { return {1, 2, 3}; }
};
} // namespace

std::unique_ptr<NodeInit> Roots::makeNode()
{
    return std::make_unique<Node>();
}
std::unique_ptr<interfaces::Chain> Roots::makeChain()
{
    return MakeChain();
}
std::unique_ptr<BulkChain> Roots::makeBulkChain()
{
    return std::make_unique<Bulk>();
}
std::unique_ptr<interfaces::WalletLoader> Roots::makeWalletLoader()
{
    return MakeLoader();
}
std::unique_ptr<WalletProcess> Roots::makeWalletProcess()
{
    return std::make_unique<Process>();
}
} // namespace mpbitcoin::fuzz
