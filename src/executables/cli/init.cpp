//! bitcoin-cli: the tree's program with our Init. Its automatic choice between IPC and HTTP falls
//! back to HTTP whenever the node does not serve it over IPC.

#include <interfaces/init.h>
#include <interfaces/ipc.h>
#include <ipc/capnp/init.capnp.h>
#include <ipc/capnp/init.capnp.proxy.h>
#include <ipc/runtime/connect.h>
#include <ipc/runtime/context.h>
#include <ipc/runtime/event_loop.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <typeindex>

namespace mpbitcoin {
namespace {
//! interfaces::Ipc that only connects.
class CliIpc final : public interfaces::Ipc
{
public:
    explicit CliIpc(const char* exe_name) : m_loop{exe_name, m_context} {}

    std::unique_ptr<interfaces::Init> connectAddress(std::string& address) override
    {
        return ConnectAddress<ipc::capnp::messages::Init>(m_loop, address);
    }
    std::unique_ptr<interfaces::Init> spawnProcess(const char*) override { unsupported(); }
    bool startSpawnedProcess(int, char*[], int&) override { return false; }
    void listenAddress(std::string&) override { unsupported(); }
    void disconnectIncoming() override {}
    ipc::Context& context() override { return m_context; }

protected:
    void addCleanup(std::type_index, void*, std::function<void()>) override { unsupported(); }

private:
    [[noreturn]] static void unsupported()
    {
        throw std::logic_error{"this program only connects to other processes"};
    }

    Context m_context;
    EventLoop m_loop;
};

class CliInit final : public interfaces::Init
{
public:
    explicit CliInit(const char* exe_name) : m_ipc{exe_name} {}
    interfaces::Ipc* ipc() override { return &m_ipc; }

private:
    CliIpc m_ipc;
};
} // namespace
} // namespace mpbitcoin

namespace interfaces {
std::unique_ptr<Init> MakeBasicInit(const char* exe_name, const char*)
{
    return std::make_unique<mpbitcoin::CliInit>(exe_name);
}
} // namespace interfaces
