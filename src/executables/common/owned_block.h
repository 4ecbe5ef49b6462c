#ifndef MPBITCOIN_EXECUTABLES_COMMON_OWNED_BLOCK_H
#define MPBITCOIN_EXECUTABLES_COMMON_OWNED_BLOCK_H

#include <core_memusage.h>
#include <interfaces/chain.h>
#include <kernel/chain.h>
#include <memusage.h>
#include <primitives/block.h>
#include <uint256.h>
#include <undo.h>

#include <cstddef>

namespace mpbitcoin {
//! The block of a notification. It may outlive the notification's call.
struct OwnedBlock
{
    uint256 hash;
    uint256 prev_hash;
    CBlock data;
    CBlockUndo undo_data;
    interfaces::BlockInfo info{hash};

    explicit OwnedBlock(const interfaces::BlockInfo& block) : hash{block.hash}
    {
        info.height = block.height;
        info.file_number = block.file_number;
        info.data_pos = block.data_pos;
        info.chain_time_max = block.chain_time_max;
        if (block.prev_hash) info.prev_hash = &(prev_hash = *block.prev_hash);
        if (block.data) info.data = &(data = *block.data);
        if (block.undo_data) info.undo_data = &(undo_data = *block.undo_data);
    }
    OwnedBlock(const OwnedBlock&) = delete;
    OwnedBlock& operator=(const OwnedBlock&) = delete;

    size_t bytes() const { return sizeof(*this) + RecursiveDynamicUsage(data) + undoBytes(); }

private:
    size_t undoBytes() const
    {
        size_t bytes{memusage::DynamicUsage(undo_data.vtxundo)};
        for (const auto& transaction : undo_data.vtxundo) {
            bytes += memusage::DynamicUsage(transaction.vprevout);
            for (const auto& coin : transaction.vprevout) {
                bytes += RecursiveDynamicUsage(coin.out);
            }
        }
        return bytes;
    }
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_OWNED_BLOCK_H
