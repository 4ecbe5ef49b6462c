#ifndef MPBITCOIN_IPC_INTERFACES_CHAIN_REQUEST_TIP_H
#define MPBITCOIN_IPC_INTERFACES_CHAIN_REQUEST_TIP_H

#include <uint256.h>

namespace mpbitcoin {
//! In JSONRPCRequest::context of a request to a wallet process: the node's tip, if the process had
//! received all notifications before the request. Saves the process a query.
struct RequestTip
{
    uint256 hash;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_REQUEST_TIP_H
