#ifndef MPBITCOIN_EXECUTABLES_WALLET_PARTING_CHAIN_H
#define MPBITCOIN_EXECUTABLES_WALLET_PARTING_CHAIN_H

#include <executables/common/forwarded_chain.h>
#include <interfaces/chain.h>
#include <interfaces/handler.h>

#include <memory>

namespace mpbitcoin {
//! The node's chain, from which wallets can part when the node is gone: what they ask of it to be
//! unloaded does not fail then, so that their databases are closed. All else throws ipc::Exception.
class PartingChain final : public ForwardedChain
{
public:
    explicit PartingChain(std::unique_ptr<interfaces::Chain> chain) :
        ForwardedChain{*chain}, m_owned{std::move(chain)}
    {
    }

    //! A request for a locator alone finds nothing when the node is gone: none is written then.
    bool findBlock(const uint256& hash, const interfaces::FoundBlock& block) override;
    std::unique_ptr<interfaces::Handler>
    handleNotifications(std::shared_ptr<Notifications> notifications) override;
    void waitForNotifications() override;

private:
    const std::unique_ptr<interfaces::Chain> m_owned;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_PARTING_CHAIN_H
