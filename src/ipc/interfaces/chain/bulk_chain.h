#ifndef MPBITCOIN_IPC_INTERFACES_CHAIN_BULK_CHAIN_H
#define MPBITCOIN_IPC_INTERFACES_CHAIN_BULK_CHAIN_H

#include <blockfilter.h>
#include <consensus/amount.h>
#include <primitives/transaction.h>
#include <uint256.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace mpbitcoin {
//! A block of a run. All but `progress` holds for this hash for ever.
struct RunBlock
{
    uint256 hash;
    int32_t height{0};
    int64_t time{0};
    int64_t max_time{0};
    int64_t mtp_time{0};
    double progress{0};
    //! Whether the block filter was there, and what it said.
    bool filtered{false};
    bool matches{false};
    //! As it is on the disk. Empty when it was not wanted, or is not there.
    std::vector<unsigned char> data;
};

//! What interfaces::Chain::getTransactionAncestry() tells.
struct Ancestry
{
    uint64_t ancestors{0};
    uint64_t cluster_count{0};
};

//! What wallets ask the node's chain for one by one, asked for at once: each question between
//! processes costs more than most answers. Thread-safe.
class BulkChain
{
public:
    using TransactionsFn = std::function<void(std::vector<CTransactionRef>)>;

    virtual ~BulkChain() = default;
    //! Successive blocks of the active chain as it is at one moment, from `first` on; empty when
    //! that one is not in it. The node decides how many, at least two when there are two. With
    //! `match` it tells which ones match `elements` by their filter, and leaves out the data of
    //! those that do not. The last one comes without data, but for the tip.
    virtual std::vector<RunBlock>
    readBlocks(const uint256& first, bool match, const GCSFilter::ElementSet& elements) = 0;
    //! One answer for each id.
    virtual std::vector<Ancestry> getAncestries(const std::vector<Txid>& ids) = 0;
    //! What is in the memory pool at one moment, in several calls of `take`.
    virtual void readMempool(TransactionsFn take) = 0;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_BULK_CHAIN_H
