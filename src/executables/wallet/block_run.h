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
//! The blocks that one thread reads ahead while it scans the chain: a run at a time, and the next
//! one while it is at this one. What it tells of a block holds
//! for ever, but for its successor, which holds for an epoch. Epochs end before this process is
//! told of a block that was disconnected: who trusts an old answer will still be told.
class BlockRun
{
public:
    //! All have to outlive this, and `chain` what is read by `readers`.
    BlockRun(BulkChain& chain, const std::atomic<uint64_t>& epoch, ThreadPool& readers) :
        m_chain{chain}, m_epoch{epoch}, m_readers{readers}
    {
    }

    //! The block after `hash` in the active chain; reads the run that begins with `hash` if need
    //! be. Null when there is none: the node has to be asked.
    const RunBlock* successor(const uint256& hash);

    //! Whether the block matches `elements` by its filter; reads the run that begins with it if
    //! need be. Nothing when there is no filter: the node has to be asked.
    std::optional<bool> matches(const uint256& hash, const GCSFilter::ElementSet& elements);

    //! What is known of a block, or null. Nothing is read.
    const RunBlock* find(const uint256& hash);

    //! Forget all, and give the memory back.
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
    //! The run of all blocks from `first` on.
    std::vector<RunBlock> take(const uint256& first);
    //! Begin to read the run after the one at hand, if there is more.
    void readOn();
    //! The known block after `hash`, or null.
    const RunBlock* next(const uint256& hash);

    BulkChain& m_chain;
    const std::atomic<uint64_t>& m_epoch;
    ThreadPool& m_readers;
    std::optional<Ahead> m_ahead;
    std::vector<RunBlock> m_blocks;
    uint64_t m_read_in{0};
    //! Where the last block was found: the next question is about it, or the one after it.
    size_t m_position{0};
    //! What the filters were asked for, in the set's order.
    std::vector<GCSFilter::Element> m_elements;
};

//! The block in a run's data. Nothing when they are not there, or not those of this block.
std::optional<CBlock> ParseBlock(const RunBlock& block);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_BLOCK_RUN_H
