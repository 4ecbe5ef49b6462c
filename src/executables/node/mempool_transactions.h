#ifndef MPBITCOIN_EXECUTABLES_NODE_MEMPOOL_TRANSACTIONS_H
#define MPBITCOIN_EXECUTABLES_NODE_MEMPOOL_TRANSACTIONS_H

#include <interfaces/chain.h>
#include <primitives/transaction.h>

#include <utility>
#include <vector>

namespace mpbitcoin {
//! The transactions in the node's memory pool, ancestors first. Holds none of the node's locks when
//! it returns: the caller may need much time for the transactions.
inline std::vector<CTransactionRef> MempoolTransactions(interfaces::Chain& chain)
{
    struct Collector final : interfaces::Chain::Notifications
    {
        std::vector<CTransactionRef> transactions;
        void transactionAddedToMempool(const CTransactionRef& tx) override
        {
            transactions.push_back(tx);
        }
    } collector;
    chain.requestMempoolTransactions(collector);
    return std::move(collector.transactions);
}
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_MEMPOOL_TRANSACTIONS_H
