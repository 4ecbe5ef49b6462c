//! bitcoin-wallet: the tree's offline tool, and the process in which a node's wallets live.

#include <common/args.h>
#include <common/system.h>
#include <executables/common/configuration.h>
#include <executables/wallet/confine.h>
#include <executables/wallet/join.h>
#include <executables/wallet/wallet_process.h>
#include <interfaces/init.h>
#include <ipc/interfaces/processes/processes.capnp.proxy-types.h>
#include <ipc/runtime/event_loop.h>
#include <os/spawn.h>
#include <sandbox/outside_files.h>
#include <tinyformat.h>
#include <util/threadnames.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mpbitcoin {
namespace {
constexpr const char* EXE_NAME{"bitcoin-wallet"};

//! The node decides when its wallets end: it closes the connection. Signals to the whole process
//! group must not end them earlier. A handler, because started programs would inherit SIG_IGN.
void IgnoreSignals()
{
    struct sigaction action{};
    action.sa_handler = [](int) {};
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        ::sigaction(signal, &action, nullptr);
    }
    ::signal(SIGPIPE, SIG_IGN);
}

int ServeNode(int fd, std::optional<int> files_fd)
{
    SetupEnvironment();
    util::ThreadSetInternalName("wallet");
    IgnoreSignals();
    Descriptor node{fd};
    if (files_fd) AskForOutsideFiles(*files_fd);
    std::optional<Configuration> configuration;
    try {
        configuration = ReceiveConfiguration(node.get());
    } catch (const std::exception& error) {
        tfm::format(std::cerr, "Error: %s\n", error.what());
        return EXIT_FAILURE;
    }
    if (!configuration) return EXIT_SUCCESS; // the node has ended
    std::string problem;
    try {
        Confine(*configuration);
    } catch (const std::exception& error) {
        problem = error.what();
    }
    // Threads start only now, and inherit the restrictions of this one.
    Context context;
    EventLoop loop{EXE_NAME, context};
    WalletProcessImpl process{context, std::move(problem)};
    loop.serve<process_messages::WalletProcess>(std::move(node), process);
    return EXIT_SUCCESS;
}
} // namespace
} // namespace mpbitcoin

namespace interfaces {
std::unique_ptr<Init> MakeWalletInit(int argc, char* argv[], int& exit_status)
{
    if (const auto fd{mpbitcoin::SpawnedDescriptor(argc, argv)}) {
        exit_status =
            mpbitcoin::ServeNode(*fd, mpbitcoin::SpawnedDescriptor(argc, argv, "-filesfd"));
        return nullptr;
    }
    if (mpbitcoin::WantsToJoin(argc, argv)) {
        exit_status = mpbitcoin::JoinNode(argc, argv);
        return nullptr;
    }
    mpbitcoin::AddJoinOption(gArgs); // for the help of the offline tool
    return std::make_unique<Init>();
}
} // namespace interfaces
