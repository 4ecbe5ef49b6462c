#ifndef MPBITCOIN_EXECUTABLES_NODE_RPC_COMMANDS_H
#define MPBITCOIN_EXECUTABLES_NODE_RPC_COMMANDS_H

#include <interfaces/chain.h>
#include <interfaces/handler.h>
#include <os/mutex.h>
#include <rpc/server.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace mpbitcoin {
//! The commands of wallet processes, registered with the node for as long as it runs: the RPC
//! table must not change while requests are served, but processes come and go. A command without
//! a process asks for one and goes on when it is there; its help does with less.
class RpcCommands : public std::enable_shared_from_this<RpcCommands>
{
public:
    //! All functions are called on the thread of a request. `ended`: whether the process of the
    //! commands has ended, which may be known before its connection breaks. `revive`: returns when
    //! a process answers the command of that name, or throws what to answer. `permit`: lets the
    //! process have what the request names while the result lives.
    RpcCommands(interfaces::Chain& chain,
                std::function<bool()> ended,
                std::function<void(const std::string&)> revive,
                std::function<std::shared_ptr<void>(const JSONRPCRequest&)> permit) :
        m_chain{chain},
        m_ended{std::move(ended)},
        m_revive{std::move(revive)},
        m_permit{std::move(permit)}
    {
    }

    //! Register `command` before any process has: its actor is not used.
    void announce(const CRPCCommand& command);

    //! A number for a process, to be given with its commands.
    uint64_t nextProcess() { return ++m_processes; }

    //! Let `command` be answered by its actor, which is in `process`, until the handler goes or
    //! disconnects. Throws std::runtime_error when it is registered with other arguments.
    std::unique_ptr<interfaces::Handler> handle(const CRPCCommand& command, uint64_t process);

    //! Whether a process answers commands now.
    bool attached();

    //! Whether a process answers this command now. One that is gone loses its commands in turn.
    bool attached(const std::string& name) { return actor(name) != nullptr; }

    //! Take the commands out of the node's table. Handlers may outlive it, requests may not.
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

    //! The command's entry, which is made when there is none.
    Registered& registered(const CRPCCommand& command) OS_REQUIRES(m_mutex);
    std::unique_ptr<CRPCCommand> makeCommand(const CRPCCommand& command);
    bool execute(const std::string& name,
                 const JSONRPCRequest& request,
                 UniValue& result,
                 bool last_handler);
    //! Answer without a process if the request asks for no more than a word about the command.
    static bool describe(const std::string& name, const JSONRPCRequest& request, UniValue& result);
    UniValue interrupted(const std::string& name, const std::exception& error);
    std::shared_ptr<const Actor> actor(const std::string& name);
    void detach(const std::string& name, const Actor* actor);
    //! Detach all commands of a process, which is gone.
    void detachProcess(uint64_t process);

    interfaces::Chain& m_chain;
    const std::function<bool()> m_ended;
    const std::function<void(const std::string&)> m_revive;
    const std::function<std::shared_ptr<void>(const JSONRPCRequest&)> m_permit;
    std::atomic<uint64_t> m_processes{0};
    Mutex m_mutex;
    std::map<std::string, Registered> m_commands OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_RPC_COMMANDS_H
