#include <common/args.h>
#include <executables/node/child_process.h>
#include <executables/node/ipc.h>
#include <ipc/interfaces/processes/processes.capnp.proxy-types.h>
#include <ipc/runtime/connect.h>
#include <ipc/runtime/transport.h>
#include <os/spawn.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <utility>

namespace mpbitcoin {
Ipc::Ipc(std::string exe_name, std::string argv0, NodeInit& init) :
    m_exe_name{std::move(exe_name)},
    m_argv0{std::move(argv0)},
    m_init{init},
    m_loop{m_exe_name, m_context}
{
}

std::unique_ptr<interfaces::Init> Ipc::spawnProcess(const char* exe_name)
{
    Child child{Spawn(exe_name, m_argv0)};
    auto process = std::make_shared<ChildProcess>(exe_name, child.pid);
    auto init = m_loop.connect<process_messages::NodeInit>(std::move(child.socket));
    // Reap the process after its connection is closed.
    init->m_context.cleanup_fns.emplace_back([process = std::move(process)] {});
    return init;
}

bool Ipc::startSpawnedProcess(int argc, char* argv[], int& exit_status)
{
    exit_status = EXIT_FAILURE;
    const auto fd{SpawnedDescriptor(argc, argv)};
    if (!fd) return false;
    // The parent decides when this process ends, even when Ctrl-C reaches both.
    ::signal(SIGINT, SIG_IGN);
    m_loop.serve<process_messages::NodeInit>(Descriptor{*fd}, m_init);
    m_loop.join();
    exit_status = EXIT_SUCCESS;
    return true;
}

std::unique_ptr<interfaces::Init> Ipc::connectAddress(std::string& address)
{
    return ConnectAddress<process_messages::NodeInit>(m_loop, address);
}

void Ipc::listenAddress(std::string& address)
{
    auto transport{MakeTransport(address, gArgs.GetDataDirNet())};
    address = transport->address();
    m_init.prepareToListen();
    m_loop.listen<process_messages::NodeInit>(std::move(transport), m_init, m_client_calls);
}

void Ipc::addCleanup(std::type_index type, void* interface, std::function<void()> cleanup)
{
    mp::ProxyTypeRegister::types().at(type)(interface).cleanup_fns.emplace_back(std::move(cleanup));
}
} // namespace mpbitcoin
