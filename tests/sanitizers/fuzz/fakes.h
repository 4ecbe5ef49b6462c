#ifndef MPBITCOIN_TESTS_FUZZ_FAKES_H
#define MPBITCOIN_TESTS_FUZZ_FAKES_H

#include <interfaces/chain.h>
#include <interfaces/wallet.h>
#include <ipc/interfaces/processes/processes.h>

#include <memory>

namespace mpbitcoin::fuzz {
//! What the server offers. Its objects answer all calls at once, with whatever makes the
//! conversions work; callbacks that they are given are called. They check nothing: that is what the
//! code between them and the client is for. Any thread.
class Roots
{
public:
    std::unique_ptr<NodeInit> makeNode();
    std::unique_ptr<interfaces::Chain> makeChain();
    std::unique_ptr<BulkChain> makeBulkChain();
    std::unique_ptr<interfaces::WalletLoader> makeWalletLoader();
    std::unique_ptr<WalletProcess> makeWalletProcess();
};
} // namespace mpbitcoin::fuzz

#endif // MPBITCOIN_TESTS_FUZZ_FAKES_H
