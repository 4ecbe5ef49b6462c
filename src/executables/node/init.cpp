//! bitcoin-node: the tree's main() with our Init. Another process has the wallets.

#include <common/args.h>
#include <executables/node/coins_commands.h>
#include <executables/node/configuration.h>
#include <executables/node/ipc.h>
#include <executables/node/lifecycle.h>
#include <executables/node/served_chain.h>
#include <executables/node/served_mining.h>
#include <executables/node/served_rpc.h>
#include <executables/node/wallet_host.h>
#include <init.h>
#include <interfaces/echo.h>
#include <interfaces/init.h>
#include <interfaces/mining.h>
#include <interfaces/node.h>
#include <interfaces/rpc.h>
#include <ipc/interfaces/processes/processes.capnp.proxy-types.h>
#include <node/context.h>
#include <util/check.h>

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace mpbitcoin {
namespace {
constexpr const char* EXE_NAME{"bitcoin-node"};

class NodeInitImpl final : public NodeInit
{
public:
    NodeInitImpl(node::NodeContext& node, std::string argv0) :
        m_node{node},
        m_argv0{argv0},
        m_ipc{EXE_NAME, std::move(argv0), *this},
        m_lifecycle{m_node, m_ipc}
    {
        InitContext(m_node);
        m_node.init = this;
        m_node.args->AddArg(
            "-walletsandbox=<0|1|require>",
            "Take rights from the wallet process that it does not need: network, other "
            "programs and files. 0: none; 1: all that the system supports; require: all, "
            "or open no wallet (default: 1)",
            ArgsManager::ALLOW_ANY, OptionsCategory::WALLET);
        m_node.args->AddArg(
            "-walletprocess=<spawn|attach>",
            "Source of the wallet process. spawn: the node starts it; attach: it joins "
            "with bitcoin-wallet -ipcconnect, for which the node needs -ipcbind "
            "(default: spawn)",
            ArgsManager::ALLOW_ANY, OptionsCategory::WALLET);
    }

    std::unique_ptr<interfaces::Node> makeNode() override { return interfaces::MakeNode(m_node); }
    std::unique_ptr<interfaces::Chain> makeChain() override
    {
        return interfaces::MakeChain(m_node);
    }
    std::unique_ptr<interfaces::Mining> makeMining() override
    {
        requireStarted();
        m_lifecycle.awaitChain();
        return ServedMining(interfaces::MakeMining(m_node, /*wait_loaded=*/false));
    }
    std::unique_ptr<interfaces::Echo> makeEcho() override { return interfaces::MakeEcho(); }
    std::unique_ptr<interfaces::Rpc> makeRpc() override
    {
        requireStarted();
        m_lifecycle.awaitCommands();
        return ServedRpc(m_node);
    }
    std::unique_ptr<interfaces::WalletLoader> makeWalletLoader(interfaces::Chain& chain) override
    {
        auto wallets = std::make_unique<WalletHost>(m_ipc.loop(), chain, *Assert(m_node.args),
                                                    m_argv0, m_lifecycle);
        m_wallets = wallets.get();
        return wallets;
    }
    void attachWallet(std::unique_ptr<WalletProcess> process) override
    {
        requireStarted();
        m_lifecycle.awaitChain();
        if (!m_wallets) throw std::runtime_error{"this node has no wallets (-disablewallet)"};
        m_wallets->attach(std::move(process));
    }
    std::unique_ptr<interfaces::Chain> serveChain() override
    {
        requireStarted();
        m_lifecycle.awaitChain();
        return std::make_unique<ServedChain>(*m_node.chain);
    }
    std::vector<unsigned char> walletConfiguration() override
    {
        requireStarted();
        return ConfigurationMessage(MakeConfiguration(*m_node.args));
    }
    void prepareToListen() override
    {
        // RPC commands, including those of clients, wait with this object. Nobody uses it before
        // the node listens.
        if (!std::exchange(m_prepared, true))
            m_node.mining = ServedMining(std::move(m_node.mining));
    }
    interfaces::Ipc* ipc() override { return &m_ipc; }
    bool canListenIpc() override { return true; }
    const char* exeName() override { return EXE_NAME; }

    Ipc& ownIpc() { return m_ipc; }

private:
    //! Throws in a process that another one started with -ipcfd: the tree's own code would end it.
    //! Any thread: a started node has its chain and notifications before it listens.
    void requireStarted() const
    {
        if (m_node.notifications) return;
        throw std::runtime_error{"this process was started with -ipcfd and has no chain; start "
                                 "bitcoin-node with -ipcbind and connect to that node"};
    }

    node::NodeContext& m_node;
    const std::string m_argv0;
    //! Set before the node listens. Reset after the last call of a client.
    WalletHost* m_wallets{nullptr};
    bool m_prepared{false};
    CoinsCommands m_coins_commands;
    Ipc m_ipc;
    Lifecycle m_lifecycle;
};
} // namespace
} // namespace mpbitcoin

namespace interfaces {
std::unique_ptr<Init>
MakeNodeInit(node::NodeContext& node, int argc, char* argv[], int& exit_status)
{
    auto init = std::make_unique<mpbitcoin::NodeInitImpl>(node, argc > 0 ? argv[0] : "");
    if (init->ownIpc().startSpawnedProcess(argc, argv, exit_status)) return nullptr;
    return init;
}
} // namespace interfaces
