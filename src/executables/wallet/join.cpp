#include <chainparams.h>
#include <chainparamsbase.h>
#include <common/args.h>
#include <common/system.h>
#include <executables/common/sandbox_mode.h>
#include <executables/wallet/ask_for_configuration.h>
#include <executables/wallet/confine.h>
#include <executables/wallet/join.h>
#include <executables/wallet/wallet_process.h>
#include <fcntl.h>
#include <ipc/interfaces/processes/processes.capnp.forward.h>
#include <ipc/interfaces/processes/processes.capnp.proxy-types.h>
#include <ipc/runtime/event_loop.h>
#include <ipc/runtime/running_calls.h>
#include <ipc/runtime/transport.h>
#include <sys/socket.h>
#include <tinyformat.h>
#include <unistd.h>
#include <util/threadnames.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace mpbitcoin {
namespace {
constexpr const char* EXE_NAME{"bitcoin-wallet"};

//! This process's wallets for the node. Destroyed when the node no longer needs them.
class LentProcess final : public Forwarded<WalletProcess, Reference<WalletProcess>>
{
public:
    LentProcess(WalletProcess& process, std::promise<void>& returned) :
        Forwarded{process}, m_returned{returned}
    {
    }
    ~LentProcess() override { m_returned.set_value(); }

private:
    std::promise<void>& m_returned;
};

std::atomic<int> g_connection{-1};
std::atomic<bool> g_leaving{false};
//! Whether the node may know our wallets. Before, nothing needs closing.
std::atomic<bool> g_lent{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

//! The same follows as when the node ends: the connection breaks, and databases are closed.
extern "C" void Leave(int)
{
    if (!g_lent) ::_exit(EXIT_SUCCESS);
    const int saved{errno};
    g_leaving = true;
    ::shutdown(g_connection, SHUT_RDWR);
    errno = saved;
}

//! While an object lives, signals close the connection. At most one exists. The constructor throws
//! std::system_error.
class LeaveOnSignals
{
public:
    explicit LeaveOnSignals(const Descriptor& connection) :
        m_connection{::fcntl(connection.get(), F_DUPFD_CLOEXEC, 0)}
    {
        if (!m_connection) throw std::system_error{errno, std::system_category(), "fcntl"};
        g_connection = m_connection.get();
        struct sigaction action{};
        action.sa_handler = Leave;
        action.sa_flags = SA_RESTART;
        sigemptyset(&action.sa_mask);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
            ::sigaction(signal, &action, nullptr);
        }
        ::signal(SIGPIPE, SIG_IGN);
    }
    ~LeaveOnSignals() { g_connection = -1; }
    LeaveOnSignals(const LeaveOnSignals&) = delete;
    LeaveOnSignals& operator=(const LeaveOnSignals&) = delete;

private:
    //! A duplicate: the connection's own number may belong to another file after it is closed.
    const Descriptor m_connection;
};

//! How to reach the node on the command line. Throws std::runtime_error for wrong options.
std::unique_ptr<Transport> TakeOptions(ArgsManager& args, int argc, const char* const argv[])
{
    SetupHelpOptions(args);
    SetupChainParamsBaseOptions(args);
    args.AddArg("-datadir=<dir>", "", ArgsManager::ALLOW_ANY | ArgsManager::DISALLOW_NEGATION,
                OptionsCategory::OPTIONS);
    args.AddArg("-walletsandbox", "", ArgsManager::ALLOW_ANY, OptionsCategory::OPTIONS);
    AddJoinOption(args);
    std::string error;
    if (!args.ParseParameters(argc, argv, error)) throw std::runtime_error{error};
    if (const auto command{args.GetCommand()}) {
        throw std::runtime_error{
            strprintf("-ipcconnect joins a running node, %s is a command of the offline tool: "
                      "use only one of them",
                      command->args.at(0))};
    }
    if (!CheckDataDirOption(args)) {
        throw std::runtime_error{strprintf("Specified data directory \"%s\" does not exist.",
                                           args.GetArg("-datadir", ""))};
    }
    SelectParams(args.GetChainType());
    const std::string address{args.GetArg("-ipcconnect", "")};
    return MakeTransport(address == "auto" ? "unix" : address, args.GetDataDirNet());
}

Descriptor Connect(Transport& transport)
{
    try {
        return transport.connect();
    } catch (const std::system_error& error) {
        throw std::runtime_error{
            strprintf("No node answers at %s (%s). Start bitcoin-node with -ipcbind=unix, or give "
                      "its -datadir and network, or -ipcconnect=unix:<path> of its socket.",
                      transport.address(), error.code().message())};
    }
}

std::runtime_error NotTaken(const std::string& why)
{
    return std::runtime_error{strprintf("The node rejects the wallets: %s", why)};
}

//! Confine this process according to the node's configuration.
void ConfineFor(Transport& transport, SandboxMode sandbox)
{
    Descriptor connection{Connect(transport)};
    try {
        Confine(AskForConfiguration(std::move(connection)), sandbox);
    } catch (const std::exception& error) {
        throw NotTaken(error.what());
    }
}

//! Serve wallets until the node no longer needs them. Throws the reason if the node rejects them.
void Serve(Transport& transport, SandboxMode sandbox)
{
    // A confined process can no longer connect.
    Descriptor connection{Connect(transport)};
    const LeaveOnSignals leave_on_signals{connection};
    ConfineFor(transport, sandbox);
    // Threads start only now, and inherit the restrictions of this one.
    std::promise<void> returned;
    const auto end{returned.get_future()};
    const auto calls{std::make_shared<RunningCalls>()};
    Context context;
    EventLoop loop{EXE_NAME, context};
    WalletProcessImpl process{context};
    std::string problem;
    try {
        auto lent = std::make_unique<LentProcess>(process, returned);
        const auto node = loop.connectToStranger<process_messages::NodeInit>(std::move(connection));
        loop.guard(*node, calls);
        g_lent = true;
        node->attachWallet(std::move(lent));
        tfm::format(std::cout, "Serving the wallets of the node at %s until one of us ends.\n",
                    transport.address());
        std::cout.flush();
        end.wait();
    } catch (const std::exception& error) {
        problem = error.what();
    }
    // The connection is closed. The node's calls return, and its references to the wallets are
    // destroyed, before the wallets.
    end.wait();
    calls->finish();
    loop.finishCleanups();
    if (problem.empty() || g_leaving) return;
    throw NotTaken(problem);
}
} // namespace

void AddJoinOption(ArgsManager& args)
{
    args.AddArg("-ipcconnect=<address>",
                "Join a running bitcoin-node and serve its wallets, without a command, until it "
                "ends or this process is interrupted. The address is unix or auto for the socket "
                "that the node makes in its data directory with -ipcbind=unix, or unix:<path>. The "
                "node must have no wallet process: start it with -walletprocess=attach.",
                ArgsManager::ALLOW_ANY, OptionsCategory::OPTIONS);
}

bool WantsToJoin(int argc, const char* const argv[])
{
    const std::span words{argv, static_cast<size_t>(argc)};
    const auto is = [](std::string_view name) {
        return [name](std::string_view word) {
            if (word.starts_with("--")) word.remove_prefix(1);
            return word.substr(0, word.find('=')) == name;
        };
    };
    return std::ranges::any_of(words, is("-ipcconnect")) &&
           std::ranges::none_of(words, [&](std::string_view word) {
               return is("-help")(word) || is("-h")(word) || is("-?")(word) || is("-version")(word);
           });
}

int JoinNode(int argc, const char* const argv[])
{
    SetupEnvironment();
    util::ThreadSetInternalName("wallet");
    try {
        const auto transport{TakeOptions(gArgs, argc, argv)};
        Serve(*transport, GetSandboxMode(gArgs));
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        tfm::format(std::cerr, "Error: %s\n", error.what());
        return EXIT_FAILURE;
    }
}
} // namespace mpbitcoin
