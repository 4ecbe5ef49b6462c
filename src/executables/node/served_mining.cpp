#include <executables/node/served_mining.h>

#include <stdexcept>
#include <utility>

namespace mpbitcoin {
namespace {
class Template final : public interfaces::BlockTemplate
{
public:
    explicit Template(std::unique_ptr<interfaces::BlockTemplate> block) : m_block{std::move(block)}
    {
    }

    //! Null for null.
    static std::unique_ptr<interfaces::BlockTemplate>
    serve(std::unique_ptr<interfaces::BlockTemplate> block)
    {
        if (!block) return nullptr;
        return std::make_unique<Template>(std::move(block));
    }

    CBlockHeader getBlockHeader() override { return m_block->getBlockHeader(); }
    CBlock getBlock() override { return m_block->getBlock(); }
    std::vector<CAmount> getTxFees() override { return m_block->getTxFees(); }
    std::vector<int64_t> getTxSigops() override { return m_block->getTxSigops(); }
    node::CoinbaseTx getCoinbaseTx() override { return m_block->getCoinbaseTx(); }
    std::vector<uint256> getCoinbaseMerklePath() override
    {
        return m_block->getCoinbaseMerklePath();
    }
    bool submitSolution(uint32_t version,
                        uint32_t timestamp,
                        uint32_t nonce,
                        CTransactionRef coinbase) override
    {
        if (!coinbase) throw std::runtime_error("the coinbase is missing");
        return m_block->submitSolution(version, timestamp, nonce, std::move(coinbase));
    }
    std::unique_ptr<interfaces::BlockTemplate> waitNext(node::BlockWaitOptions options) override
    {
        return serve(m_block->waitNext(options));
    }
    void interruptWait() override { m_block->interruptWait(); }

private:
    const std::unique_ptr<interfaces::BlockTemplate> m_block;
};

class Mining final : public interfaces::Mining
{
public:
    explicit Mining(std::unique_ptr<interfaces::Mining> mining) : m_mining{std::move(mining)} {}

    bool isTestChain() override { return m_mining->isTestChain(); }
    bool isInitialBlockDownload() override { return m_mining->isInitialBlockDownload(); }
    std::optional<interfaces::BlockRef> getTip() override { return m_mining->getTip(); }
    std::optional<interfaces::BlockRef> waitTipChanged(uint256 current_tip,
                                                       MillisecondsDouble timeout) override
    {
        return m_mining->waitTipChanged(current_tip, timeout);
    }
    std::unique_ptr<interfaces::BlockTemplate>
    createNewBlock(const node::BlockCreateOptions& options, bool cooldown) override
    {
        return Template::serve(m_mining->createNewBlock(options, cooldown));
    }
    void interrupt() override { m_mining->interrupt(); }
    bool checkBlock(const CBlock& block,
                    const node::BlockCheckOptions& options,
                    std::string& reason,
                    std::string& debug) override
    {
        return m_mining->checkBlock(block, options, reason, debug);
    }
    node::NodeContext* context() override { return m_mining->context(); }

private:
    const std::unique_ptr<interfaces::Mining> m_mining;
};
} // namespace

std::unique_ptr<interfaces::Mining> ServedMining(std::unique_ptr<interfaces::Mining> mining)
{
    if (!mining) return nullptr;
    return std::make_unique<Mining>(std::move(mining));
}
} // namespace mpbitcoin
