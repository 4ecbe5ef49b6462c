#include <executables/wallet/parting_chain.h>
#include <ipc/exception.h>
#include <logging.h>
#include <os/mutex.h>

#include <memory>
#include <utility>

namespace mpbitcoin {
namespace {
//! Makes a call that is unnecessary when the node has left.
template <typename Fn>
void IfTheNodeIsThere(const Fn& fn)
{
    try {
        fn();
    } catch (const ipc::Exception& error) {
        LogDebug(BCLog::IPC, "A wallet leaves a node that has ended: %s", error.what());
    }
}

//! Represents a wallet until the two part. The connection to the node holds this instead of the
//! wallet: otherwise the thread that closes the connection could wait for the wallet's end.
class Relay final : public interfaces::Chain::Notifications
{
public:
    explicit Relay(std::shared_ptr<Notifications> receiver) : m_receiver{std::move(receiver)} {}

    void part()
    {
        std::shared_ptr<Notifications> last; // destroyed after the lock is released
        const Lock lock{m_mutex};
        last.swap(m_receiver);
    }

    void transactionAddedToMempool(const CTransactionRef& tx) override
    {
        if (const auto to{receiver()}) to->transactionAddedToMempool(tx);
    }
    void transactionRemovedFromMempool(const CTransactionRef& tx,
                                       MemPoolRemovalReason reason) override
    {
        if (const auto to{receiver()}) to->transactionRemovedFromMempool(tx, reason);
    }
    void blockConnected(const kernel::ChainstateRole& role,
                        const interfaces::BlockInfo& block) override
    {
        if (const auto to{receiver()}) to->blockConnected(role, block);
    }
    void blockDisconnected(const interfaces::BlockInfo& block) override
    {
        if (const auto to{receiver()}) to->blockDisconnected(block);
    }
    void updatedBlockTip() override
    {
        if (const auto to{receiver()}) to->updatedBlockTip();
    }
    void chainStateFlushed(const kernel::ChainstateRole& role,
                           const CBlockLocator& locator) override
    {
        if (const auto to{receiver()}) to->chainStateFlushed(role, locator);
    }

private:
    std::shared_ptr<Notifications> receiver()
    {
        const Lock lock{m_mutex};
        return m_receiver;
    }

    Mutex m_mutex;
    std::shared_ptr<Notifications> m_receiver OS_GUARDED_BY(m_mutex);
};

class PartingHandler final : public interfaces::Handler
{
public:
    PartingHandler(std::unique_ptr<interfaces::Handler> handler, std::shared_ptr<Relay> relay) :
        m_handler{std::move(handler)}, m_relay{std::move(relay)}
    {
    }
    ~PartingHandler() override { m_relay->part(); }
    void disconnect() override
    {
        IfTheNodeIsThere([this] { m_handler->disconnect(); });
        m_relay->part();
    }

private:
    const std::unique_ptr<interfaces::Handler> m_handler;
    const std::shared_ptr<Relay> m_relay;
};
} // namespace

bool PartingChain::findBlock(const uint256& hash, const interfaces::FoundBlock& block)
{
    if (!block.m_locator || block.m_next_block) return m_target()->findBlock(hash, block);
    bool found{false};
    IfTheNodeIsThere([&] { found = m_target()->findBlock(hash, block); });
    return found;
}

std::unique_ptr<interfaces::Handler>
PartingChain::handleNotifications(std::shared_ptr<Notifications> notifications)
{
    auto relay = std::make_shared<Relay>(std::move(notifications));
    return std::make_unique<PartingHandler>(m_target()->handleNotifications(relay), relay);
}

void PartingChain::waitForNotifications()
{
    IfTheNodeIsThere([this] { m_target()->waitForNotifications(); });
}
} // namespace mpbitcoin
