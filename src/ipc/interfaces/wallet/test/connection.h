#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_TEST_CONNECTION_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_TEST_CONNECTION_H

#include <ipc/interfaces/wallet/test/fake_wallet.h>
#include <ipc/interfaces/wallet/test/wallet_test.capnp.proxy-types.h>
#include <ipc/runtime/context.h>
#include <ipc/test/loop.h>
#include <sys/socket.h>

#include <mp/proxy-io.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace mpbitcoin::test {
//! Two event loops, like those of two processes, with a socket pair between them.
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

} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_TEST_CONNECTION_H
