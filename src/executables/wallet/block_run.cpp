#include <executables/wallet/block_run.h>
#include <primitives/transaction.h>
#include <streams.h>

#include <algorithm>
#include <ios>
#include <utility>

namespace mpbitcoin {
const RunBlock* BlockRun::successor(const uint256& hash)
{
    if (m_read_in == m_epoch) {
        if (const auto* found{next(hash)}) return found;
    }
    read(hash, false, {});
    return next(hash);
}

std::optional<bool> BlockRun::matches(const uint256& hash, const GCSFilter::ElementSet& elements)
{
    // The wallet adds elements during a scan.
    const bool same{
        std::equal(m_elements.begin(), m_elements.end(), elements.begin(), elements.end())};
    if (!same || !next(hash)) {
        read(hash, true, elements);
        m_elements.assign(elements.begin(), elements.end());
    }
    const auto* found{find(hash)};
    return found && found->filtered ? std::optional{found->matches} : std::nullopt;
}

const RunBlock* BlockRun::find(const uint256& hash)
{
    for (size_t end{std::min(m_position + 2, m_blocks.size())}; m_position < end; ++m_position) {
        if (m_blocks[m_position].hash == hash) return &m_blocks[m_position];
    }
    const auto found{std::find_if(m_blocks.begin(), m_blocks.end(),
                                  [&](const auto& block) { return block.hash == hash; })};
    m_position = found == m_blocks.end() ? 0 : found - m_blocks.begin();
    return found == m_blocks.end() ? nullptr : &*found;
}

const RunBlock* BlockRun::next(const uint256& hash)
{
    const auto* found{find(hash)};
    return found && found != &m_blocks.back() ? found + 1 : nullptr;
}

void BlockRun::read(const uint256& first, bool match, const GCSFilter::ElementSet& elements)
{
    m_read_in = m_epoch; // before the node reads the chain
    m_position = 0;
    m_elements.clear();
    m_blocks.clear();
    m_blocks = match ? m_chain.readBlocks(first, match, elements) : take(first);
    if (!match) readOn();
}

std::vector<RunBlock> BlockRun::take(const uint256& first)
{
    auto ahead{std::exchange(m_ahead, std::nullopt)};
    // The blocks of a run from an earlier epoch may not be in the active chain.
    const bool ours{ahead && ahead->first == first && ahead->epoch == m_read_in};
    return ours ? ahead->blocks.get() : m_chain.readBlocks(first, false, {});
}

void BlockRun::readOn()
{
    // The tip has its data; the last block of other runs does not.
    if (m_blocks.size() < 2 || !m_blocks.back().data.empty()) return;
    const auto first{m_blocks.back().hash};
    auto reading{
        m_readers.Submit([&chain = m_chain, first] { return chain.readBlocks(first, false, {}); })};
    if (reading) m_ahead = Ahead{first, m_read_in, std::move(*reading)};
}

void BlockRun::clear()
{
    m_ahead.reset();
    m_blocks = {};
    m_elements = {};
    m_position = 0;
}

std::optional<CBlock> ParseBlock(const RunBlock& block)
{
    if (block.data.empty()) return std::nullopt;
    CBlock parsed;
    try {
        SpanReader{block.data} >> TX_WITH_WITNESS(parsed);
    } catch (const std::ios_base::failure&) {
        return std::nullopt;
    }
    return parsed.GetHash() == block.hash ? std::optional{std::move(parsed)} : std::nullopt;
}
} // namespace mpbitcoin
