#ifndef MPBITCOIN_EXECUTABLES_NODE_SERVED_CHAIN_H
#define MPBITCOIN_EXECUTABLES_NODE_SERVED_CHAIN_H

#include <executables/common/forwarded_chain.h>
#include <executables/node/notification_queue.h>
#include <executables/node/rpc_commands.h>
#include <interfaces/chain.h>
#include <interfaces/handler.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpbitcoin {
//! The chain for a wallet process. It forwards calls to the node's own chain, except where the node
//! must not depend on that process: its commands stay registered when it ends, notifications are
//! queued, and the node holds no lock when it calls a function of the process. So a process that
//! stalls delays nobody.
class ServedChain final : public Served<interfaces::Chain, Reference<interfaces::Chain>>
{
public:
    //! For a client that may not register commands. `chain` must outlive this.
    explicit ServedChain(interfaces::Chain& chain) : Served{chain} {}
    //! For a wallet process. It loads `wallets`, if given, instead of the wallets in the settings:
    //! those that the last process had loaded. `prepare` is called before each notification, on a
    //! thread that waits only for this process.
    ServedChain(interfaces::Chain& chain,
                std::shared_ptr<RpcCommands> commands,
                std::optional<std::vector<std::string>> wallets,
                std::function<void()> prepare) :
        Served{chain},
        m_commands{std::move(commands)},
        m_wallets{std::move(wallets)},
        m_prepare{std::move(prepare)}
    {
    }

    uint256 getBlockHash(int height) override;
    common::SettingsValue getSetting(const std::string& name) override;
    std::vector<common::SettingsValue> getSettingsList(const std::string& name) override;
    common::SettingsValue getRwSetting(const std::string& name) override;
    bool updateRwSetting(const std::string& name,
                         const interfaces::SettingsUpdate& update) override;
    bool overwriteRwSetting(const std::string& name,
                            common::SettingsValue value,
                            interfaces::SettingsAction action) override;
    bool deleteRwSettings(const std::string& name, interfaces::SettingsAction action) override;
    bool hasBlocks(const uint256& hash, int min_height, std::optional<int> max_height) override;
    std::unique_ptr<interfaces::Handler>
    handleNotifications(std::shared_ptr<Notifications> notifications) override;
    void waitForNotificationsIfTipChanged(const uint256& old_tip) override;
    void waitForNotifications() override;
    void requestMempoolTransactions(Notifications& notifications) override;
    std::unique_ptr<interfaces::Handler> handleRpc(const CRPCCommand& command) override;

private:
    //! Throw std::runtime_error if a wallet process may not read or change the setting. Other
    //! clients run as the node's user, who may.
    void requireReadable(std::string_view name) const;
    void requireWritable(std::string_view name) const;

    const std::shared_ptr<RpcCommands> m_commands;
    const uint64_t m_process{m_commands ? m_commands->nextProcess() : 0};
    const std::optional<std::vector<std::string>> m_wallets;
    const std::function<void()> m_prepare{[] {}};
    //! Shared with requests that are on their way.
    const std::shared_ptr<NotificationQueues> m_queues{std::make_shared<NotificationQueues>()};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_SERVED_CHAIN_H
