// Many threads call a chain, and are called back by it, while the connection breaks: by the client,
// by the server, or because the socket does. Each call has to end, with its answer or an exception,
// and nothing may be left.

#include <interfaces/handler.h>
#include <ipc/core/context.h>
#include <ipc/interfaces/chain/test/chain_test.capnp.proxy-types.h>
#include <ipc/interfaces/chain/test/fake_chain.h>
#include <ipc/test/check.h>
#include <ipc/test/loop.h>
#include <primitives/block.h>
#include <sys/socket.h>
#include <util/translation.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
constexpr int THREADS{4};
constexpr int ROUNDS{60};

//! Counts what it is told.
class Notifications : public interfaces::Chain::Notifications
{
public:
    explicit Notifications(std::atomic<int>& calls) : m_calls{calls} {}
    void transactionAddedToMempool(const CTransactionRef&) override { ++m_calls; }
    void blockConnected(const kernel::ChainstateRole&, const interfaces::BlockInfo&) override
    {
        ++m_calls;
    }

private:
    std::atomic<int>& m_calls;
};

//! Two event loops, as of two processes, with a socket pair between them.
class Connection
{
public:
    Connection()
    {
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, m_fds) != 0) std::abort();
        m_server.get().sync(
            [&] { mp::ServeStream<messages::ChainTestInit>(m_server.get(), m_fds[0], m_init); });
        m_client_init = mp::ConnectStream<messages::ChainTestInit>(m_client.get(), m_fds[1]);
    }

    std::unique_ptr<interfaces::Chain> chain() { return m_client_init->makeChain(); }
    void closeByClient() { m_client_init.reset(); }
    void closeByServer()
    {
        m_server.get().sync([&] { m_server.get().m_incoming_connections.clear(); });
    }
    //! To be called while neither side has closed its end.
    void breakSocket() { ::shutdown(m_fds[0], SHUT_RDWR); }

    const std::shared_ptr<FakeChainState> state{std::make_shared<FakeChainState>()};

private:
    class Init : public ChainTestInit
    {
    public:
        explicit Init(Connection& connection) : m_connection{connection} {}
        std::unique_ptr<interfaces::Chain> makeChain() override
        {
            return MakeFakeChain(m_connection.state);
        }

    private:
        Connection& m_connection;
    };

    int m_fds[2];
    Context m_context;
    Log m_log;
    Init m_init{*this};
    Loop m_server{"server", m_log, &m_context};
    Loop m_client{"client", m_log};
    std::unique_ptr<mp::ProxyClient<messages::ChainTestInit>> m_client_init;
};

//! One of many calls, by its number.
void Call(interfaces::Chain& chain, int number, std::atomic<int>& notified)
{
    switch (number % 5) {
    case 0:
        CHECK(chain.getHeight() == 200);
        return;
    case 1: {
        CBlock data;
        uint256 hash;
        CHECK(chain.findBlock({}, interfaces::FoundBlock().data(data).hash(hash)));
        CHECK(data.GetHash() == hash && data.vtx.size() == 2);
        return;
    }
    case 2: {
        const auto handler = chain.handleNotifications(std::make_shared<Notifications>(notified));
        handler->disconnect();
        return;
    }
    case 3: {
        bool updated{false};
        chain.updateRwSetting("name", [&](common::SettingsValue& value) {
            updated = value.get_str() == "name" && chain.isReadyToBroadcast(); // calls back
            return interfaces::SettingsAction::WRITE;
        });
        CHECK(updated);
        return;
    }
    default:
        CHECK(!chain.getSettingsList("wallet").empty());
    }
}

//! Call until the connection is gone.
void CallOn(interfaces::Chain& chain,
            int first,
            std::atomic<int>& calls,
            std::atomic<int>& notified)
{
    try {
        for (int number{first};; ++number) {
            Call(chain, number, notified);
            ++calls;
        }
    } catch (const std::exception& error) {
        CHECK(std::string{error.what()}.find("disconnect") != std::string::npos);
    }
}

void TestDisconnects()
{
    int all_calls{0};
    const std::vector<std::function<void(Connection&)>> ways{
        &Connection::closeByClient, &Connection::closeByServer, &Connection::breakSocket};
    for (int round{0}; round < ROUNDS; ++round) {
        std::atomic<int> calls{0};
        std::atomic<int> notified{0};
        std::shared_ptr<FakeChainState> state;
        {
            Connection connection;
            state = connection.state;
            const auto chain = connection.chain();
            std::vector<std::thread> threads;
            for (int thread{0}; thread < THREADS; ++thread) {
                threads.emplace_back([&, thread] { CallOn(*chain, thread, calls, notified); });
            }
            while (calls < round) {
                std::this_thread::yield();
            }
            std::this_thread::sleep_for(std::chrono::microseconds{100 * (round % 7)});
            ways[round % ways.size()](connection);
            for (auto& thread : threads) {
                thread.join();
            }
            all_calls += calls;
        }
        CHECK(state->handlers == 0);
    }
    CHECK(all_calls >= ROUNDS * (ROUNDS - 1) / 2);
}

//! Objects that outlive their connection, and their thread's connection.
void TestLateObjects()
{
    std::unique_ptr<interfaces::Chain> chain;
    std::unique_ptr<interfaces::Handler> handler;
    std::atomic<int> notified{0};
    std::shared_ptr<FakeChainState> state;
    Connection connection;
    state = connection.state;
    chain = connection.chain();
    handler = chain->handleNotifications(std::make_shared<Notifications>(notified));
    CHECK(notified == 2 && state->handlers == 1);
    connection.breakSocket();
    CHECK_THROWS(std::exception, chain->getHeight());
    CHECK_THROWS(std::exception, handler->disconnect());
    handler.reset();
    chain.reset();
}
} // namespace
} // namespace mpbitcoin::test

int main()
{
    std::signal(SIGPIPE, SIG_IGN);
    mpbitcoin::test::TestDisconnects();
    mpbitcoin::test::TestLateObjects();
    return mpbitcoin::test::Result();
}
