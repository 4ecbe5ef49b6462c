#include <executables/node/configuration.h>
#include <executables/node/mempool_transactions.h>
#include <executables/node/notification_feed.h>
#include <executables/node/served_chain.h>
#include <ipc/interfaces/chain/chain.capnp.proxy.h>
#include <ipc/interfaces/chain/request_tip.h>
#include <ipc/runtime/peer.h>
#include <kernel/chain.h>
#include <node/context.h>
#include <rpc/request.h>
#include <tinyformat.h>
#include <uint256.h>
#include <util/check.h>
#include <validation.h>

#include <functional>
#include <stdexcept>
#include <utility>

namespace mpbitcoin {
namespace {
//! A receiver of notifications in another process.
using Client = mp::ProxyClient<messages::ChainNotifications>;

//! The tip, if the wallets have received all that the node knows about it. Never waits: otherwise
//! the wallets ask for the tip.
std::optional<RequestTip> SyncedTip(node::NodeContext& node, NotificationQueues& queues)
{
    uint256 tip;
    {
        TRY_LOCK(::cs_main, lock);
        if (!lock) return std::nullopt;
        const CBlockIndex* index{node.chainman ? node.chainman->ActiveChain().Tip() : nullptr};
        if (!index) return std::nullopt;
        tip = index->GetBlockHash();
    }
    if (!queues.idle()) return std::nullopt;
    return RequestTip{tip};
}
} // namespace

uint256 ServedChain::getBlockHash(int height)
{
    // The node's own method would end the node for an unknown height. Blocks can be disconnected
    // while the lock is not held.
    LOCK(::cs_main);
    const auto& chainman{*Assert(Assert(m_target()->context())->chainman)};
    const auto* index{chainman.ActiveChain()[height]};
    if (!index) throw std::out_of_range{strprintf("no block at height %i", height)};
    return index->GetBlockHash();
}

bool ServedChain::hasBlocks(const uint256& hash, int min_height, std::optional<int> max_height)
{
    // The node's own method would look for a block at a negative height. No such block is below the
    // first.
    if (max_height && *max_height < 0) max_height = 0;
    return m_target()->hasBlocks(hash, min_height, max_height);
}

void ServedChain::requireReadable(std::string_view name) const
{
    if (name.starts_with('-')) name.remove_prefix(1);
    if (!m_commands || IsForWallets(name)) return;
    throw std::runtime_error{strprintf("wallets may not read the setting %s", name)};
}

void ServedChain::requireWritable(std::string_view name) const
{
    if (!m_commands || name == "wallet") return;
    throw std::runtime_error{strprintf("wallets may not change the setting %s", name)};
}

common::SettingsValue ServedChain::getSetting(const std::string& name)
{
    requireReadable(name);
    return m_target()->getSetting(name);
}

common::SettingsValue ServedChain::getRwSetting(const std::string& name)
{
    requireReadable(name);
    return m_target()->getRwSetting(name);
}

bool ServedChain::overwriteRwSetting(const std::string& name,
                                     common::SettingsValue value,
                                     interfaces::SettingsAction action)
{
    requireWritable(name);
    return m_target()->overwriteRwSetting(name, std::move(value), action);
}

bool ServedChain::deleteRwSettings(const std::string& name, interfaces::SettingsAction action)
{
    requireWritable(name);
    return m_target()->deleteRwSettings(name, action);
}

std::vector<common::SettingsValue> ServedChain::getSettingsList(const std::string& name)
{
    requireReadable(name);
    if (name != "wallet" || !m_wallets) return m_target()->getSettingsList(name);
    return {m_wallets->begin(), m_wallets->end()};
}

bool ServedChain::updateRwSetting(const std::string& name, const interfaces::SettingsUpdate& update)
{
    requireWritable(name);
    // The node's own method calls with the settings locked. Here another change in the meantime
    // makes the client decide again.
    while (true) {
        const auto before{m_target()->getRwSetting(name)};
        auto after{before};
        const auto action{update(after)};
        if (!action) return false;
        bool same{false};
        const auto write = [&](common::SettingsValue& value) {
            same = value.write() == before.write();
            if (same) value = after;
            return same ? action : std::nullopt;
        };
        const bool written{m_target()->updateRwSetting(name, write)};
        if (same) return written;
    }
}

std::unique_ptr<interfaces::Handler>
ServedChain::handleNotifications(std::shared_ptr<Notifications> notifications)
{
    std::function<void()> give_up{[] {}};
    if (const auto* client{dynamic_cast<const Client*>(notifications.get())}) {
        give_up = [peer = Peer{client->m_context}] { peer.hangUp(); };
    }
    auto queue = std::make_shared<NotificationQueue>(std::move(give_up));
    auto feed =
        std::make_unique<NotificationFeed>(*m_target(), queue, std::move(notifications), m_prepare);
    m_queues->add(queue);
    return feed;
}

void ServedChain::requestMempoolTransactions(Notifications& notifications)
{
    for (const auto& transaction : MempoolTransactions(*m_target())) {
        notifications.transactionAddedToMempool(transaction);
    }
}

void ServedChain::waitForNotificationsIfTipChanged(const uint256& old_tip)
{
    m_target()->waitForNotificationsIfTipChanged(old_tip);
    m_queues->drain();
}

void ServedChain::waitForNotifications()
{
    m_target()->waitForNotifications();
    m_queues->drain();
}

std::unique_ptr<interfaces::Handler> ServedChain::handleRpc(const CRPCCommand& command)
{
    if (!m_commands) throw std::runtime_error{"clients may not register RPC commands"};
    const auto execute = [node = m_target()->context(), queues = m_queues, call = command.actor](
                             const JSONRPCRequest& request, UniValue& result, bool last_handler) {
        // Inside the node, the wallets would have received the notifications by now.
        queues->drainUntil(std::chrono::steady_clock::now() + NOTIFICATION_PATIENCE);
        JSONRPCRequest stamped{request};
        if (auto tip{SyncedTip(*Assert(node), *queues)}) stamped.context = *std::move(tip);
        const bool answered{call(stamped, result, last_handler)};
        // All other answers are only written, see CustomReadField() in chain/types.h.
        if (request.mode == JSONRPCRequest::GET_ARGS) result.read(std::string{result.getValStr()});
        return answered;
    };
    return m_commands->handle(
        {command.category, command.name, execute, command.argNames, command.unique_id}, m_process);
}
} // namespace mpbitcoin
