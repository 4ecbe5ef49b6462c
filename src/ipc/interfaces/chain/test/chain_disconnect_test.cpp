// Many threads call a chain and get callbacks from it while the client, the server or the socket
// breaks the connection. Each call must end with its answer or an exception, and nothing may
// remain.

#include <interfaces/handler.h>
#include <ipc/interfaces/chain/test/chain_test.capnp.proxy-types.h>
#include <ipc/interfaces/chain/test/fake_chain.h>
#include <ipc/runtime/context.h>
#include <ipc/test/loop.h>
#include <primitives/block.h>
#include <sys/socket.h>
#include <test/errors.h>
#include <util/translation.h>

#include <atomic>
#include <chrono>
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
constexpr const char* AFTER_DISCONNECT{"IPC client method called after disconnect."};
constexpr const char* INTERRUPTED{"IPC client method call interrupted by disconnect."};

bool IsDisconnect(const std::string& error)
{
    return error == AFTER_DISCONNECT || error == INTERRUPTED;
}

//! Counts its notifications.
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

//! Two event loops, like those of two processes, with a socket pair between them.
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
    //! Call it only while both sides have their ends open.
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

//! One of many calls, selected by its number. Also throws when its answer is wrong.
void Call(interfaces::Chain& chain, int number, std::atomic<int>& notified)
{
    switch (number % 5) {
    case 0:
        KJ_ASSERT(chain.getHeight() == 200);
        return;
    case 1: {
        CBlock data;
        uint256 hash;
        KJ_ASSERT(chain.findBlock({}, interfaces::FoundBlock().data(data).hash(hash)));
        KJ_ASSERT(data.GetHash() == hash);
        KJ_ASSERT(data.vtx.size() == 2);
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
        KJ_ASSERT(updated);
        return;
    }
    default:
        KJ_ASSERT(!chain.getSettingsList("wallet").empty());
    }
}

//! Call until the connection is gone. Returns the error of the last call.
std::string
CallOn(interfaces::Chain& chain, int first, std::atomic<int>& calls, std::atomic<int>& notified)
{
    return ErrorOf([&] {
        for (int number{first};; ++number) {
            Call(chain, number, notified);
            ++calls;
        }
    });
}

KJ_TEST("calls and callbacks end when the connection breaks")
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
            std::vector<std::string> errors(THREADS);
            for (int thread{0}; thread < THREADS; ++thread) {
                threads.emplace_back(
                    [&, thread] { errors[thread] = CallOn(*chain, thread, calls, notified); });
            }
            while (calls < round) {
                std::this_thread::yield();
            }
            std::this_thread::sleep_for(std::chrono::microseconds{100 * (round % 7)});
            ways[round % ways.size()](connection);
            for (auto& thread : threads) {
                thread.join();
            }
            for (const auto& error : errors) {
                KJ_EXPECT(IsDisconnect(error), error.c_str());
            }
            all_calls += calls;
        }
        KJ_EXPECT(state->handlers == 0);
    }
    KJ_EXPECT(all_calls >= ROUNDS * (ROUNDS - 1) / 2);
}

//! Objects that outlive their connection, and the connection of their thread.
KJ_TEST("objects may outlive their connection")
{
    std::unique_ptr<interfaces::Chain> chain;
    std::unique_ptr<interfaces::Handler> handler;
    std::atomic<int> notified{0};
    std::shared_ptr<FakeChainState> state;
    Connection connection;
    state = connection.state;
    chain = connection.chain();
    handler = chain->handleNotifications(std::make_shared<Notifications>(notified));
    KJ_EXPECT(notified == 2);
    KJ_EXPECT(state->handlers == 1);
    connection.breakSocket();
    const std::string error{ErrorOf([&] { return chain->getHeight(); })};
    KJ_EXPECT(IsDisconnect(error), error.c_str());
    EXPECT_ERROR(AFTER_DISCONNECT, handler->disconnect());
    handler.reset();
    chain.reset();
}
} // namespace
} // namespace mpbitcoin::test
