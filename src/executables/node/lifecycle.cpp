#include <executables/node/lifecycle.h>
#include <init.h>
#include <interfaces/chain.h>
#include <ipc/runtime/errors.h>
#include <logging.h>
#include <node/context.h>
#include <node/kernel_notifications.h>
#include <sync.h>
#include <util/threadnames.h>
#include <validation.h>

#include <mp/proxy-io.h>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <stdexcept>

namespace mpbitcoin {
namespace {
//! How often to check whether a starting node must end: a signal handler wakes no thread.
constexpr std::chrono::milliseconds INTERVAL{500};
//! How long and how often to try to lock the chain state: a call that does not end may hold the
//! lock.
constexpr std::chrono::seconds LOCK_TIME{10};
constexpr std::chrono::milliseconds LOCK_INTERVAL{20};

//! Write the chain state. Returns false when another thread holds it.
bool Save(node::NodeContext& node)
{
    if (!node.chainman) return true;
    TRY_LOCK(::cs_main, lock);
    if (!lock) return false;
    for (const auto& chainstate : node.chainman->m_chainstates) {
        if (chainstate->CanFlushToDisk()) chainstate->ForceFlushStateToDisk();
    }
    return true;
}
} // namespace

//! Reports the node's progress to a Lifecycle. All calls come from the node's main thread.
class Lifecycle::Follower final : public interfaces::ChainClient
{
public:
    explicit Follower(Lifecycle& lifecycle) : m_lifecycle{lifecycle} {}

    void registerRpcs() override {}
    //! All commands are registered, and the node knows the users who may execute them.
    bool verify() override
    {
        m_lifecycle.load();
        return true;
    }
    bool load() override { return true; }
    //! The chain is loaded. The wallets start next: calls that need wallets wait.
    void start(CScheduler&) override
    {
        m_lifecycle.enter(Phase::RUNNING);
        if (!m_lifecycle.m_node.wallet_loader) m_lifecycle.started();
    }
    //! HTTP has ended; everything else still exists.
    void stop() override { m_lifecycle.endClientCalls(); }
    void setMockTime(int64_t) override {}
    void schedulerMockForward(std::chrono::seconds) override {}

private:
    Lifecycle& m_lifecycle;
};

Lifecycle::Lifecycle(node::NodeContext& node, Ipc& ipc) : m_node{node}, m_ipc{ipc}
{
    m_node.chain_clients.push_back(std::make_unique<Follower>(*this));
}

void Lifecycle::await(Phase phase)
{
    bool left{false};
    const mp::OnCancel leaving{[&] {
        const Lock lock{m_mutex};
        left = true;
        m_changed.notifyAll();
    }};
    const Lock lock{m_mutex};
    while (!left && m_phase < phase) {
        m_changed.wait(m_mutex);
    }
    if (left) throw std::runtime_error{"the client has left"};
    if (m_phase == Phase::ENDING) Refuse("the node is shutting down");
}

void Lifecycle::enter(Phase phase)
{
    {
        const Lock lock{m_mutex};
        m_phase = phase;
    }
    m_changed.notifyAll();
}

void Lifecycle::load()
{
    enter(Phase::LOADING);
    m_start_watch = std::thread{[this] { watchStart(); }};
}

void Lifecycle::watchStart()
{
    util::ThreadRename("startwatch");
    const Lock lock{m_mutex};
    while (m_phase < Phase::RUNNING) {
        const auto next{std::chrono::steady_clock::now() + INTERVAL};
        if (m_changed.waitUntil(m_mutex, next) || !ShutdownRequested(m_node)) continue;
        LOCK(m_node.notifications->m_tip_block_mutex);
        m_node.notifications->m_tip_block_cv.notify_all();
    }
}

void Lifecycle::endClientCalls()
{
    enter(Phase::ENDING);
    if (m_start_watch.joinable()) m_start_watch.join();
    auto& calls{*m_ipc.clientCalls()};
    const auto disconnect = [this] { m_ipc.loop().disconnectIncoming(m_ipc.clientCalls()); };
    const bool ended{end(calls, disconnect)};
    disconnect();
    // A connected client may still destroy objects.
    if (!ended || !calls.wait()) {
        for (size_t other{1}; other < m_node.chain_clients.size(); ++other) {
            m_node.chain_clients[other]->stop();
        }
        endWithout(calls);
    }
    // Objects that clients held, such as handlers of notifications.
    m_ipc.loop().finishCleanups();
}

void Lifecycle::endWalletCalls(const std::function<void()>& disconnect)
{
    if (!end(*m_wallet_calls, disconnect)) endWithout(*m_wallet_calls);
}

bool Lifecycle::end(RunningCalls& calls, const std::function<void()>& disconnect)
{
    calls.close();
    if (calls.wait()) return true;
    LogWarning("Calls delay the shutdown, so their connections are closed: %s", calls.describe());
    disconnect();
    return calls.wait();
}

void Lifecycle::endWithout(RunningCalls& calls)
{
    const auto deadline{std::chrono::steady_clock::now() + LOCK_TIME};
    bool saved{Save(m_node)};
    while (!saved && std::chrono::steady_clock::now() < deadline) {
        if (calls.wait(LOCK_INTERVAL)) return;
        saved = Save(m_node);
    }
    if (saved && calls.wait()) return;
    LogError("Calls do not end: the node %s and exits without waiting for them: %s",
             saved ? "has saved its state" : "cannot save its state, which a call locks,",
             calls.describe());
    std::_Exit(EXIT_FAILURE);
}
} // namespace mpbitcoin
