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
//! A block of a run. All members but `progress` never change for this hash.
struct RunBlock
{
    uint256 hash;
    int32_t height{0};
    int64_t time{0};
    int64_t max_time{0};
    int64_t mtp_time{0};
    double progress{0};
    //! Whether the node has the block's filter, and its answer.
    bool filtered{false};
    bool matches{false};
    //! The block as it is on the disk. Empty when it is not requested or not available.
    std::vector<unsigned char> data;
};

//! The results of interfaces::Chain::getTransactionAncestry().
struct Ancestry
{
    uint64_t ancestors{0};
    uint64_t cluster_count{0};
};

//! Queries of wallets that interfaces::Chain answers one by one, in bulk: a query between processes
//! costs more than most answers. Thread-safe.
class BulkChain
{
public:
    using TransactionsFn = std::function<void(std::vector<CTransactionRef>)>;

    virtual ~BulkChain() = default;
    //! Consecutive blocks of the active chain at one moment, from `first` on; empty when `first` is
    //! not in it. The node chooses the number, at least two when two exist. With `match`, marks the
    //! blocks whose filters match `elements`, and leaves out the data of the other blocks. The last
    //! block has no data, unless it is the tip.
    virtual std::vector<RunBlock>
    readBlocks(const uint256& first, bool match, const GCSFilter::ElementSet& elements) = 0;
    //! One answer per id.
    virtual std::vector<Ancestry> getAncestries(const std::vector<Txid>& ids) = 0;
    //! The content of the memory pool at one moment, in several calls of `take`.
    virtual void readMempool(TransactionsFn take) = 0;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_BULK_CHAIN_H
