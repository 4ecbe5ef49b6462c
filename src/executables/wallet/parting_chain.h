#ifndef MPBITCOIN_EXECUTABLES_WALLET_PARTING_CHAIN_H
#define MPBITCOIN_EXECUTABLES_WALLET_PARTING_CHAIN_H

#include <executables/common/forwarded_chain.h>
#include <interfaces/chain.h>
#include <interfaces/handler.h>

#include <memory>

namespace mpbitcoin {
//! The node's chain, from which wallets can part after the node has ended: calls for unloading a
//! wallet do not fail then, so that its database is closed. All others throw ipc::Exception.
class PartingChain final : public ForwardedChain
{
public:
    explicit PartingChain(std::unique_ptr<interfaces::Chain> chain) :
        ForwardedChain{*chain}, m_owned{std::move(chain)}
    {
    }

    //! Without the node, a request for only a locator finds nothing: then the wallet writes none.
    bool findBlock(const uint256& hash, const interfaces::FoundBlock& block) override;
    std::unique_ptr<interfaces::Handler>
    handleNotifications(std::shared_ptr<Notifications> notifications) override;
    void waitForNotifications() override;

private:
    const std::unique_ptr<interfaces::Chain> m_owned;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_PARTING_CHAIN_H
