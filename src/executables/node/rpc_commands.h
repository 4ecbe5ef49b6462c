#ifndef MPBITCOIN_EXECUTABLES_NODE_RPC_COMMANDS_H
#define MPBITCOIN_EXECUTABLES_NODE_RPC_COMMANDS_H

#include <interfaces/chain.h>
#include <interfaces/handler.h>
#include <os/mutex.h>
#include <rpc/server.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace mpbitcoin {
//! Places for the commands that wait for a wallet process: the threads of RPC but one, which other
//! commands need, such as `stop`. Thread-safe.
class CommandPlaces
{
public:
    explicit CommandPlaces(int most) : m_most{most} {}

    //! A place, until the result is destroyed. Waits while none is free; throws an RPC error
    //! when the process has answered no command for a while.
    std::shared_ptr<void> take();

private:
    using Clock = std::chrono::steady_clock;

    const int m_most;
    Mutex m_mutex;
    Condition m_changed;
    int m_taken OS_GUARDED_BY(m_mutex){0};
    //! When a command was last answered, or the first of those that wait came.
    Clock::time_point m_since OS_GUARDED_BY(m_mutex);
};

//! The commands of wallet processes, registered with the node as long as it runs: the RPC table
//! must not change while requests are served, but processes come and go. A command without a
//! process requests one and continues when it has joined. Its help works without a process.
class RpcCommands : public std::enable_shared_from_this<RpcCommands>
{
public:
    //! All functions run on a request's thread. `ended` returns whether the commands' process has
    //! ended, which may be known before its connection breaks. `revive` returns when a process
    //! answers the named command, or throws the answer. `permit` lets the process use the files
    //! that the request names, while the result lives. At most `most` commands wait for the process
    //! at the same time.
    RpcCommands(interfaces::Chain& chain,
                int most,
                std::function<bool()> ended,
                std::function<void(const std::string&)> revive,
                std::function<std::shared_ptr<void>(const JSONRPCRequest&)> permit) :
        m_chain{chain},
        m_ended{std::move(ended)},
        m_revive{std::move(revive)},
        m_permit{std::move(permit)},
        m_places{most}
    {
    }

    //! Register `command` before any process does. Its actor is not used.
    void announce(const CRPCCommand& command);

    //! A number for a process, which is passed with the process's commands.
    uint64_t nextProcess() { return ++m_processes; }

    //! Let the actor of `command`, in `process`, answer it until the handler is destroyed or
    //! disconnects. Throws std::runtime_error when the command is registered with other arguments.
    std::unique_ptr<interfaces::Handler> handle(const CRPCCommand& command, uint64_t process);

    //! Whether a process answers commands now.
    bool attached();

    //! Whether a process answers this command now. A process that has left loses its commands one
    //! by one.
    bool attached(const std::string& name) { return actor(name) != nullptr; }

    //! Remove the commands from the node's table. Handlers may outlive it, requests may not.
    void unregister();

private:
    struct Actor
    {
        uint64_t process;
        CRPCCommand::Actor call;
    };
    struct Registered
    {
        std::unique_ptr<CRPCCommand> command;
        std::unique_ptr<interfaces::Handler> handler;
        std::shared_ptr<const Actor> actor;
    };
    class Attachment;

    //! The command's entry; adds one if it is missing.
    Registered& registered(const CRPCCommand& command) OS_REQUIRES(m_mutex);
    std::unique_ptr<CRPCCommand> makeCommand(const CRPCCommand& command);
    bool execute(const std::string& name,
                 const JSONRPCRequest& request,
                 UniValue& result,
                 bool last_handler);
    //! Answer without a process, if the request only asks for information about the command.
    static bool describe(const std::string& name, const JSONRPCRequest& request, UniValue& result);
    UniValue interrupted(const std::string& name, const std::exception& error);
    std::shared_ptr<const Actor> actor(const std::string& name);
    void detach(const std::string& name, const Actor* actor);
    //! Detach all commands of a process that has left.
    void detachProcess(uint64_t process);

    interfaces::Chain& m_chain;
    const std::function<bool()> m_ended;
    const std::function<void(const std::string&)> m_revive;
    const std::function<std::shared_ptr<void>(const JSONRPCRequest&)> m_permit;
    std::atomic<uint64_t> m_processes{0};
    Mutex m_mutex;
    std::map<std::string, Registered> m_commands OS_GUARDED_BY(m_mutex);
    CommandPlaces m_places;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_RPC_COMMANDS_H
