#include <executables/node/rpc_commands.h>
#include <ipc/runtime/errors.h>
#include <logging.h>
#include <rpc/protocol.h>
#include <rpc/request.h>
#include <rpc/util.h>
#include <tinyformat.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

namespace mpbitcoin {
namespace {
//! How long a command waits for a place while the process answers no other command.
constexpr std::chrono::seconds PATIENCE{10};
} // namespace

std::shared_ptr<void> CommandPlaces::take()
{
    const Lock lock{m_mutex};
    while (m_taken == m_most) {
        if (Clock::now() - m_since > PATIENCE) {
            throw JSONRPCError(RPC_MISC_ERROR,
                               strprintf("The wallet process does not answer: %i commands wait for "
                                         "it.",
                                         m_taken));
        }
        m_changed.waitUntil(m_mutex, m_since + PATIENCE);
    }
    if (m_taken++ == 0) m_since = Clock::now();
    return {nullptr, [this](std::nullptr_t) {
                const Lock lock{m_mutex};
                --m_taken;
                m_since = Clock::now();
                m_changed.notifyOne();
            }};
}

//! Keeps a process's actor attached to its command.
class RpcCommands::Attachment final : public interfaces::Handler
{
public:
    Attachment(std::shared_ptr<RpcCommands> commands, std::string name, const Actor* actor) :
        m_commands{std::move(commands)}, m_name{std::move(name)}, m_actor{actor}
    {
    }
    ~Attachment() override { disconnect(); }
    void disconnect() override
    {
        if (const auto* actor{std::exchange(m_actor, nullptr)}) m_commands->detach(m_name, actor);
    }

private:
    const std::shared_ptr<RpcCommands> m_commands;
    const std::string m_name;
    const Actor* m_actor;
};

void RpcCommands::announce(const CRPCCommand& command)
{
    const Lock lock{m_mutex};
    registered(command);
}

std::unique_ptr<interfaces::Handler> RpcCommands::handle(const CRPCCommand& command,
                                                         uint64_t process)
{
    auto actor = std::make_shared<const Actor>(Actor{process, command.actor});
    const auto* identity{actor.get()};
    std::shared_ptr<const Actor> last; // its end calls its process: destroy it after the lock
    const Lock lock{m_mutex};
    Registered& entry{registered(command)};
    if (entry.command->argNames != command.argNames) {
        throw std::runtime_error(strprintf("command %s has unknown arguments: the wallet process "
                                           "and this node differ in version",
                                           command.name));
    }
    last = std::exchange(entry.actor, std::move(actor));
    return std::make_unique<Attachment>(shared_from_this(), command.name, identity);
}

RpcCommands::Registered& RpcCommands::registered(const CRPCCommand& command)
{
    const auto found{m_commands.find(command.name)};
    if (found != m_commands.end()) return found->second;
    Registered entry{.command = makeCommand(command), .handler = {}, .actor = {}};
    entry.handler = m_chain.handleRpc(*entry.command);
    return m_commands.emplace(command.name, std::move(entry)).first->second;
}

std::unique_ptr<CRPCCommand> RpcCommands::makeCommand(const CRPCCommand& command)
{
    const auto execute = [this, name = command.name](const JSONRPCRequest& request,
                                                     UniValue& result, bool last_handler) {
        return this->execute(name, request, result, last_handler);
    };
    return std::make_unique<CRPCCommand>(command.category, command.name, execute, command.argNames,
                                         command.unique_id);
}

bool RpcCommands::execute(const std::string& name,
                          const JSONRPCRequest& request,
                          UniValue& result,
                          bool last_handler)
{
    const auto place{m_places.take()};
    // A process that has just died may still be attached. The next process can get the request if
    // it was not sent.
    for (int attempt{0}; attempt < 2; ++attempt) {
        auto current = actor(name);
        if (current && m_ended()) detachProcess(std::exchange(current, nullptr)->process);
        if (!current) {
            try {
                m_revive(name);
            } catch (const UniValue&) {
                if (describe(name, request, result)) return true;
                throw;
            }
            current = actor(name);
        }
        if (!current) break;
        const auto permission{m_permit(request)};
        try {
            return current->call(request, result, last_handler);
        } catch (const ipc::Exception& error) {
            detachProcess(current->process);
            if (!MayRepeat(error, "RpcActor.call")) throw interrupted(name, error);
        }
    }
    throw JSONRPCError(RPC_MISC_ERROR, "There is no wallet process for this command.");
}

bool RpcCommands::describe(const std::string& name, const JSONRPCRequest& request, UniValue& result)
{
    if (request.mode == JSONRPCRequest::GET_HELP) {
        throw HelpResult{name +
                         "\n\nThere is no wallet process now. Start one to see the full help."};
    }
    if (request.mode == JSONRPCRequest::GET_ARGS) result.setArray();
    return request.mode == JSONRPCRequest::GET_ARGS;
}

UniValue RpcCommands::interrupted(const std::string& name, const std::exception& error)
{
    LogWarning("Command %s was interrupted: %s", name, error.what());
    return JSONRPCError(RPC_MISC_ERROR,
                        "The wallet process ended while it handled this request. The request "
                        "may or may not have been executed: check before you repeat it.");
}

std::shared_ptr<const RpcCommands::Actor> RpcCommands::actor(const std::string& name)
{
    const Lock lock{m_mutex};
    const auto found{m_commands.find(name)};
    return found == m_commands.end() ? nullptr : found->second.actor;
}

void RpcCommands::detach(const std::string& name, const Actor* actor)
{
    std::shared_ptr<const Actor> last; // destroyed after the lock is released
    const Lock lock{m_mutex};
    const auto found{m_commands.find(name)};
    if (found == m_commands.end()) return;
    if (found->second.actor.get() == actor) last = std::exchange(found->second.actor, nullptr);
}

void RpcCommands::detachProcess(uint64_t process)
{
    std::vector<std::shared_ptr<const Actor>> last; // destroyed after the lock is released
    const Lock lock{m_mutex};
    for (auto& [name, registered] : m_commands) {
        if (registered.actor && registered.actor->process == process) {
            last.push_back(std::exchange(registered.actor, nullptr));
        }
    }
}

bool RpcCommands::attached()
{
    const Lock lock{m_mutex};
    return std::ranges::any_of(m_commands,
                               [](const auto& entry) { return entry.second.actor != nullptr; });
}

void RpcCommands::unregister()
{
    std::map<std::string, Registered> last; // destroyed after the lock is released
    const Lock lock{m_mutex};
    last.swap(m_commands);
}
} // namespace mpbitcoin
