#include <common/args.h>
#include <common/system.h>
#include <executables/common/log_lines.h>
#include <executables/common/sandbox_mode.h>
#include <executables/node/configuration.h>
#include <executables/node/named_files.h>
#include <executables/node/served_bulk_chain.h>
#include <executables/node/served_chain.h>
#include <executables/node/wallet_commands.h>
#include <executables/node/wallet_host.h>
#include <httpserver.h>
#include <ipc/interfaces/processes/processes.capnp.proxy-types.h>
#include <ipc/runtime/errors.h>
#include <ipc/runtime/peer.h>
#include <ipc/runtime/transport.h>
#include <logging.h>
#include <os/socket.h>
#include <os/spawn.h>
#include <rpc/protocol.h>
#include <rpc/request.h>
#include <tinyformat.h>
#include <util/translation.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mpbitcoin {
namespace {
constexpr const char* WALLET_EXE{"bitcoin-wallet"};
constexpr const char* SPAWN{"spawn"};
constexpr const char* ATTACH{"attach"};
//! How often to check whether a starting node must end: a signal handler wakes no thread.
constexpr std::chrono::milliseconds INTERVAL{500};

//! How many commands may wait for the wallet process: of three and more threads of RPC, one stays
//! free for others. Two commands always run at the same time, as in bitcoind.
int PlacesForCommands(const ArgsManager& args)
{
    const auto threads{std::max<int64_t>(args.GetIntArg("-rpcthreads", DEFAULT_HTTP_THREADS), 1)};
    return static_cast<int>(threads > 2 ? threads - 1 : threads);
}

//! The address where processes can join this node.
std::string ListeningAddress(const ArgsManager& args)
{
    return MakeTransport(args.GetArg("-ipcbind", "unix"), args.GetDataDirNet())->address();
}
} // namespace

WalletHost::WalletHost(EventLoop& loop,
                       interfaces::Chain& chain,
                       ArgsManager& args,
                       std::string argv0,
                       Lifecycle& lifecycle) :
    m_loop{loop},
    m_chain{chain},
    m_args{args},
    m_argv0{std::move(argv0)},
    m_lifecycle{lifecycle},
    m_source{args.GetArg("-walletprocess", SPAWN)},
    m_commands{std::make_shared<RpcCommands>(
        chain,
        PlacesForCommands(args),
        [this] { return ended(); },
        [this](const std::string& command) { revive(command); },
        [this](const JSONRPCRequest& request) { return permit(request); })},
    m_watch{[this] { return m_stopped || m_chain.shutdownRequested(); }, [this] { giveUp(); }}
{
}

WalletHost::~WalletHost()
{
    const auto waiting{m_watch.waiting()};
    m_commands->unregister();
    close(replace(nullptr));
    // Includes rejected processes: the node destroys its validation next.
    m_loop.finishCleanups();
}

std::shared_ptr<WalletHost::Peer> WalletHost::spawn()
{
    auto peer = std::make_shared<Peer>();
    m_files->allow(LinkedOutside(m_args));
    Child child{Spawn(WALLET_EXE, m_argv0, Descriptor{m_files->connect().value_or(-1)})};
    peer->child = std::make_shared<ChildProcess>(WALLET_EXE, child.pid);
    {
        const Lock lock{m_mutex};
        m_child = peer->child;
    }
    Send(child.socket, ConfigurationMessage(MakeConfiguration(m_args)));
    auto process = m_loop.connect<process_messages::WalletProcess>(std::move(child.socket));
    m_loop.guard(*process, m_lifecycle.walletCalls());
    process->shareThreads();
    peer->process = std::move(process);
    return peer;
}

void WalletHost::introduce(std::shared_ptr<Peer> peer)
{
    // A process that does not answer keeps others from joining.
    const mpbitcoin::Peer connection{
        dynamic_cast<mp::ProxyClient<process_messages::WalletProcess>&>(*peer->process).m_context};
    const auto leave = [&connection, child = peer->child] {
        child ? child->kill() : connection.hangUp();
    };
    EndWatch watch{[] { return true; }, leave};
    const auto waiting{watch.waiting()};
    const auto& logger{LogInstance()};
    peer->log_categories = logger.GetCategoryMask();
    peer->process->start(std::make_unique<LogWriter>(WALLET_EXE), peer->log_categories,
                         logger.m_log_threadnames);
    peer->loader = peer->process->makeWalletLoader(
        std::make_unique<ServedChain>(m_chain, m_commands, m_wanted, [this] { updatePeer(); }),
        std::make_unique<ServedBulkChain>(m_chain));
    peer->following = m_wallets->follow(*peer->loader);
    peer->loader->registerRpcs();
    replace(std::move(peer));
}

void WalletHost::updatePeer()
{
    callPeer([this](Peer& peer) {
        updateTime(peer);
        updateLogCategories(peer);
    });
}

void WalletHost::updateTime(Peer& peer)
{
    const Lock lock{peer.updating};
    const int64_t time{m_mock_time};
    if (peer.time == time) return;
    peer.loader->setMockTime(time);
    peer.time = time;
}

void WalletHost::updateLogCategories(Peer& peer)
{
    const uint64_t categories{LogInstance().GetCategoryMask()};
    if (peer.log_categories.exchange(categories) == categories) return;
    peer.process->setLogCategories(categories);
}

void WalletHost::callPeer(const std::function<void(Peer&)>& call)
{
    const auto waiting{m_watch.waiting()};
    const auto current{peer()};
    if (!current) return;
    try {
        call(*current);
    } catch (const ipc::Exception& error) {
        LogDebug(BCLog::IPC, "The wallet process has ended: %s", error.what());
    }
}

void WalletHost::registerRpcs()
{
    const auto waiting{m_watch.waiting()};
    try {
        GetSandboxMode(m_args);
    } catch (const std::runtime_error& error) {
        m_start_error = error.what();
        return;
    }
    try {
        if (m_source == SPAWN) {
            const Lock starting{m_starting};
            introduce(spawn());
        } else if (m_source != ATTACH) {
            m_start_error =
                strprintf("Invalid -walletprocess=%s: use %s or %s", m_source, SPAWN, ATTACH);
        } else if (m_args.GetArgs("-ipcbind").empty()) {
            m_start_error = "-walletprocess=attach needs -ipcbind=unix, so that processes can join";
        } else {
            for (const auto& command : WalletCommands()) {
                m_commands->announce(command);
            }
        }
    } catch (const std::exception& error) {
        m_start_error =
            strprintf("Cannot start the wallet process %s: %s", WALLET_EXE, error.what());
    }
}

bool WalletHost::verify()
{
    const auto waiting{m_watch.waiting()};
    if (!m_start_error.empty()) {
        m_chain.initError(Untranslated(m_start_error));
        return false;
    }
    return m_source == ATTACH || loader()->verify();
}

bool WalletHost::load()
{
    const auto waiting{m_watch.waiting()};
    return m_source == ATTACH || loader()->load();
}

void WalletHost::start(CScheduler& scheduler)
{
    // If the process ends, the next command replaces it and loads the wallets of the settings.
    callPeer([&](Peer& peer) {
        peer.loader->start(scheduler);
        const Lock starting{m_starting};
        m_wanted.emplace();
    });
    {
        const Lock lock{m_mutex};
        m_scheduler = &scheduler;
    }
    m_started.notifyAll();
    m_lifecycle.started();
}

CScheduler& WalletHost::awaitStart()
{
    const auto ending = [this] { return m_stopped || m_chain.shutdownRequested(); };
    const Lock lock{m_mutex};
    while (!m_scheduler && !ending()) {
        m_started.waitUntil(m_mutex, std::chrono::steady_clock::now() + INTERVAL);
    }
    if (ending()) throw std::runtime_error{"the node is shutting down"};
    return *m_scheduler;
}

void WalletHost::stop()
{
    m_stopped = true;
    {
        const auto waiting{m_watch.waiting()};
        const Lock starting{m_starting};
        callPeer([](Peer& peer) { peer.loader->stop(); });
    }
    m_lifecycle.endWalletCalls([this] { giveUp(); });
}

void WalletHost::setMockTime(int64_t time)
{
    // The caller holds cs_main, so the process gets the time before its next command or
    // notification.
    m_mock_time = time;
}

void WalletHost::schedulerMockForward(std::chrono::seconds delta)
{
    // A process has no scheduler before its wallets start.
    const auto waiting{m_watch.waiting()};
    const Lock starting{m_starting};
    callPeer([&](Peer& peer) {
        updateTime(peer);
        peer.loader->schedulerMockForward(delta);
    });
}

void WalletHost::attach(std::unique_ptr<WalletProcess> process)
{
    const auto waiting{m_watch.waiting()};
    m_loop.finishCleanups(); // the last process may have just left
    CScheduler& scheduler{awaitStart()};
    const Lock starting{m_starting};
    if (m_commands->attached() && !ended()) {
        throw std::runtime_error{"this node already has a wallet process"};
    }
    LogInfo("A wallet process joins");
    succeed(scheduler, [&] {
        // The process needs the node as long as it has wallets.
        m_loop.guard(dynamic_cast<mp::ProxyClient<process_messages::WalletProcess>&>(*process),
                     m_lifecycle.walletCalls());
        auto peer = std::make_shared<Peer>();
        peer->process = std::move(process);
        return peer;
    });
}

void WalletHost::revive(const std::string& command)
{
    const auto waiting{m_watch.waiting()};
    CScheduler& scheduler{awaitStart()};
    const Lock starting{m_starting};
    if (m_commands->attached(command)) return; // another request was faster
    if (m_source == ATTACH) {
        throw JSONRPCError(RPC_MISC_ERROR,
                           strprintf("There is no wallet process. Start one: %s "
                                     "-ipcconnect=%s",
                                     WALLET_EXE, ShellEscape(ListeningAddress(m_args))));
    }
    LogInfo("Starting a new wallet process");
    try {
        succeed(scheduler, [this] { return spawn(); });
    } catch (const std::exception& error) {
        throw JSONRPCError(RPC_MISC_ERROR,
                           strprintf("Cannot start the wallet process: %s", error.what()));
    }
}

void WalletHost::succeed(CScheduler& scheduler, const std::function<std::shared_ptr<Peer>()>& make)
{
    if (m_stopped || m_chain.shutdownRequested()) {
        throw std::runtime_error{"the node is shutting down"};
    }
    for (auto& name : m_wallets->take()) {
        if (m_wanted && std::ranges::find(*m_wanted, name) == m_wanted->end()) {
            m_wanted->push_back(std::move(name));
        }
    }
    close(replace(nullptr));
    try {
        introduce(make());
        if (!loader()->verify() || !loader()->load()) {
            throw std::runtime_error("cannot load its wallets, see the node's log");
        }
        loader()->start(scheduler);
        m_wanted.emplace();
    } catch (...) {
        close(replace(nullptr));
        throw;
    }
}

void WalletHost::close(std::shared_ptr<Peer> peer)
{
    if (!peer) return;
    const auto waiting{m_watch.waiting()};
    peer.reset();
    m_loop.finishCleanups();
}

void WalletHost::giveUp()
{
    std::shared_ptr<ChildProcess> child;
    {
        const Lock lock{m_mutex};
        child = m_child.lock();
    }
    if (child) child->kill();
    m_loop.disconnectIncoming(m_lifecycle.walletCalls());
}

bool WalletHost::ended()
{
    const auto current{peer()};
    return current && current->child && current->child->ended();
}

std::shared_ptr<WalletHost::Peer> WalletHost::replace(std::shared_ptr<Peer> peer)
{
    const Lock lock{m_mutex};
    return std::exchange(m_peer, std::move(peer));
}

std::shared_ptr<WalletHost::Peer> WalletHost::peer()
{
    const Lock lock{m_mutex};
    return m_peer;
}

std::shared_ptr<void> WalletHost::permit(const JSONRPCRequest& request)
{
    auto waiting{m_watch.waiting()};
    if (request.mode != JSONRPCRequest::EXECUTE) return waiting;
    updatePeer();
    const auto named{FilesOutside(request, m_args)};
    for (const auto* names : {&named.kept, &named.lent}) {
        for (const auto* paths : {&names->wallets, &names->databases, &names->read}) {
            for (const auto& path : *paths) {
                LogInfo("For %s the wallet process may use %s", request.strMethod, path.native());
            }
        }
    }
    m_files->allow(named.kept);
    using Permission = std::pair<std::shared_ptr<void>, std::shared_ptr<void>>;
    return std::make_shared<Permission>(std::move(waiting), m_files->lend(named.lent));
}

std::shared_ptr<interfaces::WalletLoader> WalletHost::loaderFor(const std::string& name)
{
    m_files->allow(WalletOutside(name, m_args));
    return loader();
}

std::shared_ptr<interfaces::WalletLoader> WalletHost::loader()
{
    const auto current{peer()};
    if (!current) throw NotSent("There is no wallet process now.");
    return {current, current->loader.get()};
}
} // namespace mpbitcoin
