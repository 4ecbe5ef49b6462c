#ifndef MPBITCOIN_EXECUTABLES_NODE_LIFECYCLE_H
#define MPBITCOIN_EXECUTABLES_NODE_LIFECYCLE_H

#include <executables/node/ipc.h>
#include <ipc/runtime/running_calls.h>
#include <os/mutex.h>

#include <functional>
#include <memory>
#include <thread>

namespace node {
struct NodeContext;
} // namespace node

namespace mpbitcoin {
//! When other processes may call the node. Its socket is there before its chain state, and until
//! after it is gone: calls that need what is not there yet wait for it, and when the node ends,
//! calls are refused, and those that run have returned before anything goes that they use.
class Lifecycle
{
public:
    //! Joins the node's chain clients, as the first one, to learn how far the node is. Both
    //! arguments have to outlive this, and this the node's start and shutdown.
    Lifecycle(node::NodeContext& node, Ipc& ipc);
    Lifecycle(const Lifecycle&) = delete;
    Lifecycle& operator=(const Lifecycle&) = delete;

    //! Wait until the table of RPCs is complete: commands can be executed then, if only to answer
    //! that the node is loading. Refuses the call that this thread executes when the node ends.
    void awaitCommands() { await(Phase::LOADING); }

    //! Wait until the node has loaded its chain and started. Refuses the call when it ends.
    void awaitChain() { await(Phase::RUNNING); }

    //! The calls of wallet processes, which may go on longer than those of clients.
    const std::shared_ptr<RunningCalls>& walletCalls() const { return m_wallet_calls; }

    //! The wallets are closed: refuse the calls of their processes, and return when none runs. With
    //! `disconnect` those end that wait for a process.
    void endWalletCalls(const std::function<void()>& disconnect);

private:
    enum class Phase { STARTING, LOADING, RUNNING, ENDING };
    class Follower;

    void await(Phase phase);
    void enter(Phase phase);
    void load();
    void endClientCalls();
    //! The node's main thread waits for its first block, and no signal wakes it up: do it when the
    //! node is to end while it starts.
    void watchStart();
    //! Refuse further calls and wait until those that run have returned: first with their callers,
    //! who may be asked something by them. If they take longer than their policies allow, close
    //! their connections by `disconnect` and wait again. Returns false if some still run. What
    //! computes or waits in the node is interrupted by then.
    static bool end(RunningCalls& calls, const std::function<void()>& disconnect);
    //! What is left when calls don't end: write the chain state and end the process without taking
    //! apart what they use. A call may lock the chain state for ever: then the next start goes on
    //! from the state that was written last, as after a power failure.
    void endWithout(RunningCalls& calls);

    node::NodeContext& m_node;
    Ipc& m_ipc;
    const std::shared_ptr<RunningCalls> m_wallet_calls{std::make_shared<RunningCalls>()};
    Mutex m_mutex;
    Condition m_changed;
    Phase m_phase OS_GUARDED_BY(m_mutex){Phase::STARTING};
    //! Runs while the node loads.
    std::thread m_start_watch;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_LIFECYCLE_H
