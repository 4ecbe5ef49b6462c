#ifndef MPBITCOIN_EXECUTABLES_NODE_IPC_H
#define MPBITCOIN_EXECUTABLES_NODE_IPC_H

#include <interfaces/ipc.h>
#include <ipc/interfaces/processes/processes.h>
#include <ipc/runtime/context.h>
#include <ipc/runtime/event_loop.h>
#include <ipc/runtime/running_calls.h>

#include <functional>
#include <memory>
#include <string>
#include <typeindex>

namespace mpbitcoin {
//! interfaces::Ipc for bitcoin-node: listens, connects, and starts processes or is a started
//! process.
class Ipc final : public interfaces::Ipc
{
public:
    //! `init` is the interface for other processes. It must outlive this.
    Ipc(std::string exe_name, std::string argv0, NodeInit& init);

    std::unique_ptr<interfaces::Init> spawnProcess(const char* exe_name) override;
    bool startSpawnedProcess(int argc, char* argv[], int& exit_status) override;
    std::unique_ptr<interfaces::Init> connectAddress(std::string& address) override;
    void listenAddress(std::string& address) override;
    void disconnectIncoming() override { m_loop.disconnectIncoming(); }
    ipc::Context& context() override { return m_context; }

    EventLoop& loop() { return m_loop; }

    //! The running calls of processes that connect to our listening sockets.
    const std::shared_ptr<RunningCalls>& clientCalls() const { return m_client_calls; }

protected:
    void addCleanup(std::type_index type, void* interface, std::function<void()> cleanup) override;

private:
    const std::string m_exe_name;
    const std::string m_argv0;
    NodeInit& m_init;
    const std::shared_ptr<RunningCalls> m_client_calls{std::make_shared<RunningCalls>()};
    Context m_context;
    EventLoop m_loop;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_IPC_H
