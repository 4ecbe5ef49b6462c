#ifndef MPBITCOIN_EXECUTABLES_NODE_SERVED_BULK_CHAIN_H
#define MPBITCOIN_EXECUTABLES_NODE_SERVED_BULK_CHAIN_H

#include <interfaces/chain.h>
#include <ipc/interfaces/chain/bulk_chain.h>

namespace mpbitcoin {
//! Bulk queries about the node's chain.
class ServedBulkChain final : public BulkChain
{
public:
    //! `chain` is the node's own chain and must outlive this.
    explicit ServedBulkChain(interfaces::Chain& chain) : m_chain{chain} {}

    std::vector<RunBlock>
    readBlocks(const uint256& first, bool match, const GCSFilter::ElementSet& elements) override;
    std::vector<Ancestry> getAncestries(const std::vector<Txid>& ids) override;
    void readMempool(TransactionsFn take) override;

private:
    void filter(RunBlock& block, const GCSFilter::ElementSet& elements);

    interfaces::Chain& m_chain;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_SERVED_BULK_CHAIN_H
