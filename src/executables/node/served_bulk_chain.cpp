#include <chain.h>
#include <executables/node/mempool_transactions.h>
#include <executables/node/served_bulk_chain.h>
#include <node/context.h>
#include <primitives/transaction.h>
#include <serialize.h>
#include <util/check.h>
#include <validation.h>

#include <chrono>
#include <utility>

namespace mpbitcoin {
namespace {
using Clock = std::chrono::steady_clock;

//! A run ends after this many blocks, this many bytes, or this time. So a scan can show progress,
//! stop, and have the next run read in parallel.
constexpr size_t MAX_BLOCKS{1024};
constexpr size_t MAX_BYTES{256 << 10};
constexpr std::chrono::milliseconds MAX_TIME{100};
//! Bytes of transactions per call.
constexpr size_t MAX_MEMPOOL_BYTES{1 << 20};

//! A block of the active chain and its place on the disk; none for a pruned block.
struct Place
{
    const CBlockIndex* index;
    FlatFilePos file;
};

std::vector<Place> FindRun(ChainstateManager& chainman, const uint256& first)
{
    std::vector<Place> run;
    LOCK(::cs_main);
    const CChain& active{chainman.ActiveChain()};
    const CBlockIndex* index{chainman.m_blockman.LookupBlockIndex(first)};
    if (!index || !active.Contains(*index)) return run;
    for (; index && run.size() <= MAX_BLOCKS; index = active.Next(*index)) {
        run.push_back({index, index->GetBlockPos()});
    }
    return run;
}

RunBlock Describe(const ChainstateManager& chainman, const CBlockIndex& index)
{
    RunBlock block;
    block.hash = index.GetBlockHash();
    block.height = index.nHeight;
    block.time = index.GetBlockTime();
    block.max_time = index.GetBlockTimeMax();
    block.mtp_time = index.GetMedianTimePast();
    block.progress = WITH_LOCK(::cs_main, return chainman.GuessVerificationProgress(&index));
    return block;
}

void ReadData(const node::BlockManager& blockman, const FlatFilePos& file, RunBlock& block)
{
    if (file.IsNull()) return;
    const auto data{blockman.ReadRawBlock(file)};
    if (!data) return;
    const auto* bytes{reinterpret_cast<const unsigned char*>(data->data())};
    block.data.assign(bytes, bytes + data->size());
}
} // namespace

std::vector<RunBlock>
ServedBulkChain::readBlocks(const uint256& first, bool match, const GCSFilter::ElementSet& elements)
{
    auto& chainman{*Assert(Assert(m_chain.context())->chainman)};
    const auto places{FindRun(chainman, first)};
    const bool has_tip{places.size() <= MAX_BLOCKS};
    const auto deadline{Clock::now() + MAX_TIME};
    std::vector<RunBlock> run;
    size_t bytes{0};
    for (const auto& place : places) {
        const bool last{run.size() + 1 == places.size()};
        const bool enough{bytes > MAX_BYTES || Clock::now() > deadline};
        auto& block{run.emplace_back(Describe(chainman, *place.index))};
        if ((last && !has_tip) || (enough && run.size() > 1)) break;
        if (match) filter(block, elements);
        if (!block.filtered || block.matches) ReadData(chainman.m_blockman, place.file, block);
        bytes += block.data.size();
    }
    return run;
}

void ServedBulkChain::filter(RunBlock& block, const GCSFilter::ElementSet& elements)
{
    const auto found{m_chain.blockFilterMatchesAny(BlockFilterType::BASIC, block.hash, elements)};
    block.filtered = found.has_value();
    block.matches = found.value_or(false);
}

std::vector<Ancestry> ServedBulkChain::getAncestries(const std::vector<Txid>& ids)
{
    std::vector<Ancestry> found;
    found.reserve(ids.size());
    for (const auto& id : ids) {
        size_t ancestors;
        size_t cluster_count;
        m_chain.getTransactionAncestry(id, ancestors, cluster_count);
        found.push_back({ancestors, cluster_count});
    }
    return found;
}

void ServedBulkChain::readMempool(TransactionsFn take)
{
    std::vector<CTransactionRef> next;
    size_t bytes{0};
    for (auto& transaction : MempoolTransactions(m_chain)) {
        bytes += transaction->ComputeTotalSize();
        next.push_back(std::move(transaction));
        if (bytes < MAX_MEMPOOL_BYTES) continue;
        take(std::exchange(next, {}));
        bytes = 0;
    }
    if (!next.empty()) take(std::move(next));
}
} // namespace mpbitcoin
