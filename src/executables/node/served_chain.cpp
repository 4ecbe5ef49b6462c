#include <executables/node/served_chain.h>
#include <kernel/chain.h>
#include <uint256.h>

#include <stdexcept>

namespace mpbitcoin {
uint256 ServedChain::getBlockHash(int height)
{
    // The node's own would end the node at a height that is not there.
    const auto tip{m_chain.getHeight()};
    if (height < 0 || !tip || height > *tip) throw std::out_of_range{"no block at this height"};
    return m_chain.getBlockHash(height);
}

std::vector<common::SettingsValue> ServedChain::getSettingsList(const std::string& name)
{
    if (name != "wallet" || !m_wallets) return m_chain.getSettingsList(name);
    return {m_wallets->begin(), m_wallets->end()};
}

std::unique_ptr<interfaces::Handler>
ServedChain::handleNotifications(std::shared_ptr<Notifications> notifications)
{
    auto queue = std::make_shared<NotificationQueue>(std::move(notifications));
    {
        const std::lock_guard lock{m_mutex};
        m_queues.remove_if([](const auto& known) { return known.expired(); });
        m_queues.push_back(queue);
    }
    return m_chain.handleNotifications(std::move(queue));
}

void ServedChain::waitForNotificationsIfTipChanged(const uint256& old_tip)
{
    m_chain.waitForNotificationsIfTipChanged(old_tip);
    drain();
}

void ServedChain::waitForNotifications()
{
    m_chain.waitForNotifications();
    drain();
}

void ServedChain::drain()
{
    std::list<std::weak_ptr<NotificationQueue>> queues;
    {
        const std::lock_guard lock{m_mutex};
        queues = m_queues;
    }
    for (const auto& known : queues) {
        if (const auto queue{known.lock()}) queue->drain();
    }
}
} // namespace mpbitcoin
