#include <executables/node/coins_commands.h>
#include <rpc/protocol.h>
#include <rpc/register.h>
#include <rpc/request.h>
#include <rpc/util.h>
#include <univalue.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace mpbitcoin {
namespace {
constexpr const char* LOAD{"loadtxoutset"};
constexpr const char* SCAN{"scantxoutset"};

//! Whether a scantxoutset reads coins. It also shows and aborts a scan.
bool Scans(const UniValue& params)
{
    return params.size() > 0 && params[0].isStr() && params[0].get_str() == "start";
}

//! The arguments of a command in the tree's map of arguments, in the form of CRPCCommand::argNames.
//! Works only for commands whose arguments have no aliases: the map lists aliases and options
//! alike.
std::vector<std::pair<std::string, bool>> Arguments(const UniValue& map, const std::string& name)
{
    std::vector<std::pair<std::string, bool>> arguments;
    std::size_t positions{0};
    for (const auto& entry : map.getValues()) {
        if (entry[0].get_str() != name) continue;
        // The map has an option after the argument that contains all options. We need it before.
        const bool option{entry[1].getInt<std::size_t>() < positions};
        if (!option) ++positions;
        arguments.emplace(arguments.end() - option, entry[2].get_str(), option);
    }
    return arguments;
}
} // namespace

CoinsCommands::CoinsCommands()
{
    RegisterBlockchainRPCCommands(m_tree);
    const UniValue map{m_tree.dumpArgMap(JSONRPCRequest{})};
    for (const auto* name : {LOAD, SCAN, "dumptxoutset", "gettxoutsetinfo"}) {
        add(name, map);
    }
}

void CoinsCommands::add(const std::string& name, const UniValue& map)
{
    const auto answer = [this, name](const JSONRPCRequest& request, UniValue& result, bool) {
        return this->execute(name, request, result);
    };
    auto& command{
        m_commands.emplace_back("blockchain", name, answer, Arguments(map, name), intptr_t{0})};
    command.unique_id = reinterpret_cast<intptr_t>(&command);
    tableRPC.appendCommand(name, &command);
}

bool CoinsCommands::execute(const std::string& name,
                            const JSONRPCRequest& request,
                            UniValue& result)
{
    if (request.mode == JSONRPCRequest::GET_HELP) throw HelpResult{m_tree.help(name, request)};
    if (request.mode != JSONRPCRequest::EXECUTE) return false; // the tree's handler is the next one
    if (name == SCAN && !Scans(request.params)) return false;
    const auto entered{enter(name)};
    result = m_tree.execute(request);
    return true;
}

std::shared_ptr<void> CoinsCommands::enter(const std::string& name)
{
    const Lock lock{m_mutex};
    if (m_loading) {
        throw JSONRPCError(RPC_MISC_ERROR, "loadtxoutset is loading a snapshot: repeat " + name +
                                               " when it has finished.");
    }
    if (name != LOAD) {
        ++m_readers;
        return {nullptr, [this](std::nullptr_t) {
                    const Lock lock{m_mutex};
                    --m_readers;
                }};
    }
    if (m_readers > 0) {
        throw JSONRPCError(RPC_MISC_ERROR,
                           "Another command reads all coins (scantxoutset, gettxoutsetinfo or "
                           "dumptxoutset): repeat loadtxoutset when it has finished.");
    }
    m_loading = true;
    return {nullptr, [this](std::nullptr_t) {
                const Lock lock{m_mutex};
                m_loading = false;
            }};
}
} // namespace mpbitcoin
