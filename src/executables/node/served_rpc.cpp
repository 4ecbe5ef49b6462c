#include <executables/node/block_files.h>
#include <executables/node/served_rpc.h>
#include <univalue.h>

#include <string>
#include <utility>

namespace mpbitcoin {
namespace {
//! Whether a request, or one in a batch, submits a block. Other RPCs that make blocks use the
//! node's Mining.
bool SubmitsBlock(const UniValue& request)
{
    if (request.isArray()) {
        for (const auto& each : request.getValues()) {
            if (SubmitsBlock(each)) return true;
        }
        return false;
    }
    if (!request.isObject()) return false;
    const auto& method{request.find_value("method")};
    return method.isStr() && method.get_str() == "submitblock";
}

class Rpc final : public interfaces::Rpc
{
public:
    explicit Rpc(node::NodeContext& node) : m_node{node}, m_rpc{interfaces::MakeRpc(node)} {}

    UniValue executeRpc(UniValue request, std::string url, std::string user) override
    {
        if (m_node.chainman && SubmitsBlock(request)) RequireBlockFiles(m_node);
        return m_rpc->executeRpc(std::move(request), std::move(url), std::move(user));
    }

private:
    node::NodeContext& m_node;
    const std::unique_ptr<interfaces::Rpc> m_rpc;
};
} // namespace

std::unique_ptr<interfaces::Rpc> ServedRpc(node::NodeContext& node)
{
    return std::make_unique<Rpc>(node);
}
} // namespace mpbitcoin
