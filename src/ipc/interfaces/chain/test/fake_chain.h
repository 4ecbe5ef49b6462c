#ifndef MPBITCOIN_IPC_INTERFACES_CHAIN_TEST_FAKE_CHAIN_H
#define MPBITCOIN_IPC_INTERFACES_CHAIN_TEST_FAKE_CHAIN_H

#include <interfaces/chain.h>

#include <atomic>
#include <memory>

namespace mpbitcoin::test {
//! What clients of a fake chain have registered.
struct FakeChainState
{
    //! Handlers that have not been destroyed.
    std::atomic<int> handlers{0};
    //! Calls of Handler::disconnect().
    std::atomic<int> disconnected{0};
};

//! A chain that answers all calls at once, with values that exercise the conversions. Calls each
//! callback in the thread of the call that registers it. Checks nothing. Any thread.
std::unique_ptr<interfaces::Chain> MakeFakeChain(std::shared_ptr<FakeChainState> state);

//! The first interface of the test's server.
class ChainTestInit
{
public:
    virtual ~ChainTestInit() = default;
    virtual std::unique_ptr<interfaces::Chain> makeChain() = 0;
};
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_TEST_FAKE_CHAIN_H
