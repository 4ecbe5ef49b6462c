#ifndef MPBITCOIN_EXECUTABLES_NODE_LIFECYCLE_H
#define MPBITCOIN_EXECUTABLES_NODE_LIFECYCLE_H

#include <executables/node/ipc.h>
#include <executables/node/start_report.h>
#include <ipc/runtime/running_calls.h>
#include <os/mutex.h>

#include <functional>
#include <memory>
#include <thread>

namespace node {
struct NodeContext;
} // namespace node

namespace mpbitcoin {
//! Decides when other processes may call the node. The node's socket exists before its chain state
//! and longer: a call waits until the objects that it needs exist. When the node ends, it refuses
//! new calls, and running calls return before the objects that they use are destroyed.
class Lifecycle
{
public:
    //! Registers as the first of the node's chain clients, to follow the node's progress. Both
    //! arguments must outlive this, and this must outlive the node's start and shutdown.
    Lifecycle(node::NodeContext& node, Ipc& ipc);
    Lifecycle(const Lifecycle&) = delete;
    Lifecycle& operator=(const Lifecycle&) = delete;

    //! Wait until the table of RPCs is complete. From then on commands can run, even if they only
    //! answer that the node is loading. Refuses the call on this thread when the node ends.
    void awaitCommands() { await(Phase::LOADING); }

    //! Wait until the node has loaded its chain and started. Refuses the call when the node ends.
    void awaitChain() { await(Phase::RUNNING); }

    //! The node and its wallets have started. The node's main thread.
    void started() { m_start_report.send(); }

    //! The calls of wallet processes, which may take longer than those of clients.
    const std::shared_ptr<RunningCalls>& walletCalls() const { return m_wallet_calls; }

    //! The wallets are closed: refuse calls of their processes, and return when no call runs.
    //! `disconnect` ends calls that wait for a process.
    void endWalletCalls(const std::function<void()>& disconnect);

private:
    enum class Phase { STARTING, LOADING, RUNNING, ENDING };
    class Follower;

    void await(Phase phase);
    void enter(Phase phase);
    void load();
    void endClientCalls();
    //! The node's main thread waits for the first block, and signals do not wake it: wake it when
    //! the node must end during its start.
    void watchStart();
    //! Refuse further calls and wait until all running calls have returned. First their callers
    //! stay connected, because calls may need callbacks. Calls that exceed the limits of their
    //! policies lose their connections through `disconnect`, and get the same time again. By then,
    //! computations and waits in the node are interrupted. Returns false if calls still run.
    static bool end(RunningCalls& calls, const std::function<void()>& disconnect);
    //! The last resort when calls don't end: write the chain state and end the process without
    //! destroying the objects that they use. If a call locks the chain state forever, the next
    //! start continues from the last written state, as after a power failure.
    void endWithout(RunningCalls& calls);

    node::NodeContext& m_node;
    Ipc& m_ipc;
    StartReport m_start_report;
    const std::shared_ptr<RunningCalls> m_wallet_calls{std::make_shared<RunningCalls>()};
    Mutex m_mutex;
    Condition m_changed;
    Phase m_phase OS_GUARDED_BY(m_mutex){Phase::STARTING};
    //! Runs while the node loads.
    std::thread m_start_watch;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_LIFECYCLE_H
