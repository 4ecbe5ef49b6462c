#ifndef MPBITCOIN_EXECUTABLES_WALLET_BLOCK_RUN_H
#define MPBITCOIN_EXECUTABLES_WALLET_BLOCK_RUN_H

#include <blockfilter.h>
#include <ipc/interfaces/chain/bulk_chain.h>
#include <primitives/block.h>
#include <util/threadpool.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <future>
#include <optional>
#include <vector>

namespace mpbitcoin {
//! The blocks that a thread reads ahead while it scans the chain: the present run, and the next run
//! in parallel. Its information about a block is valid forever, except for the block's successor,
//! which is valid for an epoch. An epoch ends before this process learns that a block was
//! disconnected: whoever relies on an older answer still learns it.
class BlockRun
{
public:
    //! All must outlive this, and `chain` must outlive the reads of `readers`.
    BlockRun(BulkChain& chain, const std::atomic<uint64_t>& epoch, ThreadPool& readers) :
        m_chain{chain}, m_epoch{epoch}, m_readers{readers}
    {
    }

    //! The block after `hash` in the active chain; reads the run that begins with `hash` if
    //! necessary. Null if unknown: ask the node.
    const RunBlock* successor(const uint256& hash);

    //! Whether the block's filter matches `elements`; reads the run that begins with it if
    //! necessary. Nothing without a filter: ask the node.
    std::optional<bool> matches(const uint256& hash, const GCSFilter::ElementSet& elements);

    //! The known information about a block, or null. Reads nothing.
    const RunBlock* find(const uint256& hash);

    //! Forget all, and free the memory.
    void clear();

private:
    //! A run that is being read.
    struct Ahead
    {
        uint256 first;
        uint64_t epoch;
        std::future<std::vector<RunBlock>> blocks;
    };

    void read(const uint256& first, bool match, const GCSFilter::ElementSet& elements);
    //! The run of consecutive blocks from `first` on.
    std::vector<RunBlock> take(const uint256& first);
    //! Start to read the next run, if there are more blocks.
    void readOn();
    //! The known block after `hash`, or null.
    const RunBlock* next(const uint256& hash);

    BulkChain& m_chain;
    const std::atomic<uint64_t>& m_epoch;
    ThreadPool& m_readers;
    std::optional<Ahead> m_ahead;
    std::vector<RunBlock> m_blocks;
    uint64_t m_read_in{0};
    //! The position of the last block: the next query is about this block or the next one.
    size_t m_position{0};
    //! The elements of the last filter query, in the set's order.
    std::vector<GCSFilter::Element> m_elements;
};

//! The block in a run's data, or nothing when the data is missing or belongs to another block.
std::optional<CBlock> ParseBlock(const RunBlock& block);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_BLOCK_RUN_H
