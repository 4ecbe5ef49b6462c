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
} // namespace

struct CoinsCommands::Arguments
{
    std::vector<std::pair<std::string, bool>> names;
    //! How many of the names are no options.
    std::size_t positions{0};

    //! Of a command in a table.
    Arguments(const CRPCTable& table, const std::string& command)
    {
        std::vector<std::pair<std::string, bool>> options;
        const UniValue entries{table.dumpArgMap(JSONRPCRequest{})};
        for (const auto& entry : entries.getValues()) {
            if (entry[0].get_str() != command) continue;
            const bool option{entry[1].getInt<std::size_t>() < positions};
            if (!option) ++positions;
            (option ? options : names).emplace_back(entry[2].get_str(), /*named_only=*/false);
        }
        names.insert(names.end(), options.begin(), options.end());
    }

    //! Parameters by name, if there are options among those that the node has brought into the
    //! order of our names. Else they are in the order of the tree, too.
    UniValue restore(const UniValue& params) const
    {
        if (params.size() <= positions || params.size() > names.size()) return params;
        UniValue named{UniValue::VOBJ};
        for (std::size_t i{0}; i < params.size(); ++i) {
            if (!params[i].isNull()) named.pushKV(names[i].first, params[i]);
        }
        return named;
    }
};

CoinsCommands::CoinsCommands()
{
    RegisterBlockchainRPCCommands(m_tree);
    for (const auto* name : {LOAD, SCAN, "dumptxoutset", "gettxoutsetinfo"})
        add(name);
}

void CoinsCommands::add(const std::string& name)
{
    Arguments arguments{m_tree, name};
    auto names = arguments.names;
    const auto answer = [this, name, arguments = std::move(arguments)](
                            const JSONRPCRequest& request, UniValue& result, bool /*last*/) {
        JSONRPCRequest ours{request};
        ours.params = arguments.restore(request.params);
        return this->execute(name, ours, result);
    };
    auto& command{m_commands.emplace_back("blockchain", name, answer, std::move(names), 0)};
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
