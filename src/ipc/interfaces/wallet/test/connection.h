#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_TEST_CONNECTION_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_TEST_CONNECTION_H

#include <ipc/core/context.h>
#include <ipc/interfaces/wallet/test/fake_wallet.h>
#include <ipc/interfaces/wallet/test/wallet_test.capnp.proxy-types.h>
#include <sys/socket.h>

#include <mp/proxy-io.h>

#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace mpbitcoin::test {
//! Keeps all that libmultiprocess says, messages' contents as well.
class Log
{
public:
    mp::LogOptions options()
    {
        return {.log_fn =
                    [this](mp::LogMessage line) {
                        const std::lock_guard lock{m_mutex};
                        m_text += line.message + '\n';
                        if (line.level == mp::Log::Raise) throw std::runtime_error(line.message);
                    },
                .max_chars = 1'000'000,
                .log_level = mp::Log::Trace};
    }
    std::string text()
    {
        const std::lock_guard lock{m_mutex};
        return m_text;
    }

private:
    std::mutex m_mutex;
    std::string m_text;
};

//! An event loop on a thread of its own. It runs until the destructor, and beyond it until its
//! connections are closed and the objects that belong to them are gone.
class Loop
{
public:
    Loop(const char* name, Log& log, void* context = nullptr)
    {
        std::promise<mp::EventLoop*> started;
        m_thread = std::thread{[&, name, context] {
            mp::EventLoop loop{name, log.options(), context};
            m_ref.emplace(loop);
            started.set_value(&loop);
            loop.loop();
        }};
        m_loop = started.get_future().get();
    }
    ~Loop()
    {
        m_ref.reset();
        m_thread.join();
    }
    mp::EventLoop& get() { return *m_loop; }

private:
    mp::EventLoop* m_loop{nullptr};
    std::optional<mp::EventLoopRef> m_ref;
    std::thread m_thread;
};

//! Two event loops, as of two processes, with a socket pair between them.
class Pair
{
public:
    Pair() : m_server{"server", m_log, &context}, m_client{"client", m_log}
    {
        int fds[2];
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) {
            throw std::runtime_error("no socket pair");
        }
        m_server.get().sync(
            [&] { mp::ServeStream<messages::TestInit>(m_server.get(), fds[0], m_init); });
        init = mp::ConnectStream<messages::TestInit>(m_client.get(), fds[1]);
    }
    ~Pair()
    {
        disconnect();
        state->clear();
    }

    mp::InvokeContext context_of_client() { return {*init->m_context.connection}; }
    //! Close the connection.
    void disconnect() { init.reset(); }
    std::string log() { return m_log.text(); }

    Context context;
    std::shared_ptr<WalletState> state{std::make_shared<WalletState>()};
    std::unique_ptr<mp::ProxyClient<messages::TestInit>> init;

private:
    class Init : public TestInit
    {
    public:
        explicit Init(Pair& pair) : m_pair{pair} {}
        std::unique_ptr<interfaces::WalletLoader> makeWalletLoader() override
        {
            return MakeFakeLoader(m_pair.state);
        }

    private:
        Pair& m_pair;
    };

    Log m_log;
    Init m_init{*this};
    Loop m_server;
    Loop m_client;
};

//! In coin_control_test.cpp.
void TestCoinControl(mp::InvokeContext& context);
//! Calls over a connection, in wallet_proxy_test.cpp.
void TestProxies();
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_TEST_CONNECTION_H
