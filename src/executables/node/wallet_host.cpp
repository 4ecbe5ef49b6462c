#include <common/args.h>
#include <executables/node/configuration.h>
#include <executables/node/served_chain.h>
#include <executables/node/wallet_host.h>
#include <ipc/core/process.h>
#include <ipc/exception.h>
#include <ipc/interfaces/processes/processes.capnp.proxy-types.h>
#include <logging.h>
#include <rpc/protocol.h>
#include <rpc/request.h>
#include <tinyformat.h>
#include <util/translation.h>

#include <utility>

namespace mpbitcoin {
namespace {
constexpr const char* WALLET_EXE{"bitcoin-wallet"};
} // namespace

WalletHost::WalletHost(EventLoop& loop,
                       interfaces::Chain& chain,
                       ArgsManager& args,
                       std::string argv0) :
    m_loop{loop},
    m_chain{chain},
    m_args{args},
    m_argv0{std::move(argv0)},
    m_commands{
        std::make_shared<RpcCommands>(chain, [this] { return ended(); }, [this] { revive(); })}
{
}

WalletHost::~WalletHost()
{
    m_commands->unregister();
    close(replace(nullptr));
}

void WalletHost::launch(std::optional<std::vector<std::string>> wallets)
{
    auto peer = std::make_shared<Peer>();
    const Child child{Spawn(WALLET_EXE, m_argv0)};
    peer->child.emplace(WALLET_EXE, child.pid);
    peer->process = m_loop.connect<process_messages::WalletProcess>(child.fd);
    peer->process->shareThreads();
    peer->process->configure(MakeConfiguration(m_args), std::make_unique<LogWriter>(WALLET_EXE));
    peer->loader = peer->process->makeWalletLoader(
        std::make_unique<ServedChain>(m_chain, m_commands, std::move(wallets)));
    peer->following = m_wallets->follow(*peer->loader);
    if (m_mock_time) peer->loader->setMockTime(m_mock_time);
    peer->loader->registerRpcs();
    replace(std::move(peer));
}

void WalletHost::registerRpcs()
{
    try {
        launch(std::nullopt);
    } catch (const std::exception& error) {
        m_launch_error = error.what(); // verify() tells it
    }
}

bool WalletHost::verify()
{
    if (!m_launch_error.empty()) {
        m_chain.initError(Untranslated(
            strprintf("The wallet process %s can't be started: %s", WALLET_EXE, m_launch_error)));
        return false;
    }
    return loader().verify();
}

bool WalletHost::load()
{
    return loader().load();
}

void WalletHost::start(CScheduler& scheduler)
{
    {
        const std::lock_guard lock{m_mutex};
        m_scheduler = &scheduler;
    }
    loader().start(scheduler);
}

void WalletHost::stop()
{
    const std::lock_guard starting{m_starting};
    std::shared_ptr<Peer> last;
    {
        const std::lock_guard lock{m_mutex};
        m_stopped = true;
        last = m_peer;
    }
    if (!last || !last->loader) return;
    try {
        last->loader->stop();
    } catch (const ipc::Exception& error) {
        LogDebug(BCLog::IPC, "The wallet process had ended before: %s", error.what());
    }
}

void WalletHost::setMockTime(int64_t time)
{
    {
        const std::lock_guard lock{m_mutex};
        m_mock_time = time;
    }
    if (const auto current{peer()}) current->loader->setMockTime(time);
}

void WalletHost::schedulerMockForward(std::chrono::seconds delta)
{
    if (const auto current{peer()}) current->loader->schedulerMockForward(delta);
}

void WalletHost::revive()
{
    const std::lock_guard starting{m_starting};
    if (m_commands->attached()) return; // another request was first
    CScheduler* scheduler;
    {
        const std::lock_guard lock{m_mutex};
        if (m_stopped || !m_scheduler) {
            throw JSONRPCError(RPC_MISC_ERROR, "There is no wallet process now.");
        }
        scheduler = m_scheduler;
    }
    LogInfo("Starting a new wallet process");
    try {
        for (auto& name : m_wallets->take()) {
            m_wanted.insert(std::move(name));
        }
        close(replace(nullptr));
        launch(std::vector<std::string>{m_wanted.begin(), m_wanted.end()});
        if (!loader().verify() || !loader().load()) {
            throw std::runtime_error("its wallets can't be loaded, see the log");
        }
        loader().start(*scheduler);
        m_wanted.clear();
    } catch (const std::exception& error) {
        throw JSONRPCError(RPC_MISC_ERROR,
                           strprintf("The wallet process can't be started: %s", error.what()));
    }
}

void WalletHost::close(std::shared_ptr<Peer> peer)
{
    if (!peer) return;
    peer.reset();
    m_loop.finishCleanups();
}

bool WalletHost::ended()
{
    const auto current{peer()};
    return current && current->child->ended();
}

std::shared_ptr<WalletHost::Peer> WalletHost::replace(std::shared_ptr<Peer> peer)
{
    const std::lock_guard lock{m_mutex};
    return std::exchange(m_peer, std::move(peer));
}

std::shared_ptr<WalletHost::Peer> WalletHost::peer()
{
    const std::lock_guard lock{m_mutex};
    return m_peer;
}

interfaces::WalletLoader& WalletHost::loader()
{
    const auto current{peer()};
    if (!current) throw ipc::Exception("There is no wallet process now.");
    return *current->loader;
}
} // namespace mpbitcoin
