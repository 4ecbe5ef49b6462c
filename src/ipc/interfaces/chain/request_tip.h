#ifndef MPBITCOIN_IPC_INTERFACES_CHAIN_REQUEST_TIP_H
#define MPBITCOIN_IPC_INTERFACES_CHAIN_REQUEST_TIP_H

#include <uint256.h>

namespace mpbitcoin {
//! In JSONRPCRequest::context of a request on its way to a wallet process: the node's tip, when the
//! process had taken all notifications before the request was sent. Saves it a question.
struct RequestTip
{
    uint256 hash;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_REQUEST_TIP_H
