#ifndef MPBITCOIN_IPC_INTERFACES_CHAIN_TYPES_H
#define MPBITCOIN_IPC_INTERFACES_CHAIN_TYPES_H

#include <blockfilter.h>
#include <coins.h>
#include <ipc/interfaces/chain/chain.capnp.guards.h>
#include <ipc/interfaces/chain/chain.capnp.h>
#include <ipc/interfaces/common/bytes.h>
#include <ipc/interfaces/common/common.capnp.proxy-types.h>
#include <ipc/interfaces/handler/handler.capnp.proxy-types.h>
#include <ipc/runtime/context.h>
#include <kernel/chain.h>
#include <kernel/mempool_removal_reason.h>
#include <kernel/types.h>
#include <policy/feerate.h>
#include <policy/fees/block_policy_estimator.h>
#include <policy/rbf.h>
#include <rpc/request.h>
#include <rpc/server.h>
#include <rpc/util.h>
#include <univalue.h>

#include <concepts>
#include <functional>
#include <string>
#include <vector>

namespace mp {
//! A spent coin has no serialization: the message leaves its field unset.
inline bool CustomHasValue(InvokeContext&, const Coin& coin)
{
    return !coin.IsSpent();
}

// FoundBlock: a request from the caller's pointers, and an answer written to them.
void CustomBuildMessage(InvokeContext& context,
                        const interfaces::FoundBlock& block,
                        mpbitcoin::messages::FoundBlockRequest::Builder&& builder);
void CustomReadMessage(InvokeContext& context,
                       const mpbitcoin::messages::FoundBlock::Reader& reader,
                       const interfaces::FoundBlock& block);
void CustomPassMessage(InvokeContext& context,
                       const mpbitcoin::messages::FoundBlockRequest::Reader& reader,
                       mpbitcoin::messages::FoundBlock::Builder builder,
                       std::function<void(const interfaces::FoundBlock&)>&& fn);

// BlockInfo holds references: it is valid only during the call.
void CustomBuildMessage(InvokeContext& context,
                        const interfaces::BlockInfo& block,
                        mpbitcoin::messages::BlockInfo::Builder&& builder);
void CustomPassMessage(InvokeContext& context,
                       const mpbitcoin::messages::BlockInfo::Reader& reader,
                       ::capnp::Void,
                       std::function<void(const interfaces::BlockInfo&)>&& fn);

void CustomBuildMessage(InvokeContext& context,
                        const JSONRPCRequest& request,
                        mpbitcoin::messages::RpcRequest::Builder&& builder);
void CustomReadMessage(InvokeContext& context,
                       const mpbitcoin::messages::RpcRequest::Reader& reader,
                       JSONRPCRequest& request);

//! Whether a field is the answer of a command, on the node's side.
template <typename Field>
inline constexpr bool IS_ANSWER{false};
template <typename Accessor, typename Results>
inline constexpr bool IS_ANSWER<StructField<Accessor, Results>>{
    std::is_base_of_v<chain_fields::Response, Accessor> &&
    std::is_base_of_v<mpbitcoin::messages::RpcActor::CallResults::Reader,
                      std::remove_cv_t<Results>>};

//! The answer of a command. The node only forwards it, so it stays text. Its type is "number",
//! because UniValue writes numbers unchanged.
template <typename Input, typename ReadDest>
    requires IS_ANSWER<std::remove_cvref_t<Input>>
decltype(auto) CustomReadField(
    TypeList<UniValue>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    return read_dest.update([&](auto& value) {
        const auto text = input.get();
        value = UniValue{UniValue::VNUM, mpbitcoin::String(text)};
    });
}

//! The command's text and arguments, without its actor, which is a capability.
void BuildRpcCommand(const CRPCCommand& command, mpbitcoin::messages::RpcCommand::Builder& builder);
//! The names of a command's arguments, and whether callers can give each only by name.
std::vector<std::pair<std::string, bool>>
ReadRpcArguments(const mpbitcoin::messages::RpcCommand::Reader& reader);

template <typename Value, typename Output>
void CustomBuildField(
    TypeList<CRPCCommand>, Priority<1>, InvokeContext& context, Value&& command, Output&& output)
{
    auto message = output.init();
    BuildRpcCommand(command, message);
    BuildField(
        TypeList<CRPCCommand::Actor>(), context,
        Make<StructField, ProxyStruct<mpbitcoin::messages::RpcCommand>::ActorAccessor>(message),
        command.actor);
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(
    TypeList<CRPCCommand>, Priority<1>, InvokeContext& context, Input&& input, ReadDest&& read_dest)
{
    const auto& message = input.get();
    auto actor = ReadField(
        TypeList<CRPCCommand::Actor>(), context,
        Make<StructField, ProxyStruct<mpbitcoin::messages::RpcCommand>::ActorAccessor>(message),
        ReadDestTemp<CRPCCommand::Actor>());
    return read_dest.construct(
        std::string{message.getCategory().cStr()}, std::string{message.getName().cStr()},
        std::move(actor), ReadRpcArguments(message), static_cast<intptr_t>(message.getUniqueId()));
}

// The exceptions of a command that its caller distinguishes: the help text, and a parameter with a
// wrong type.
template <typename Exception>
concept TextException =
    std::same_as<Exception, HelpResult> || std::same_as<Exception, UniValue::type_error>;

template <TextException Exception, typename Output>
void CustomBuildField(TypeList<Exception>,
                      Priority<1>,
                      InvokeContext& context,
                      const Exception& thrown,
                      Output&& output)
{
    BuildField(TypeList<std::string>(), context, output, std::string{thrown.what()});
}

template <TextException Exception, typename Input, typename ReadDest>
decltype(auto) CustomReadField(
    TypeList<Exception>, Priority<1>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    const auto text = input.get();
    return read_dest.construct(mpbitcoin::String(text));
}

template <typename Value, typename Output>
void CustomBuildField(
    TypeList<GCSFilter::ElementSet>, Priority<1>, InvokeContext&, Value&& set, Output&& output)
{
    auto list = output.init(set.size());
    size_t index{0};
    for (const auto& element : set) {
        list.set(index++, {element.data(), element.size()});
    }
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(TypeList<GCSFilter::ElementSet>,
                               Priority<1>,
                               InvokeContext&,
                               Input&& input,
                               ReadDest&& read_dest)
{
    return read_dest.update([&](auto& set) {
        set.clear();
        for (const auto element : input.get()) {
            set.emplace(element.begin(), element.end());
        }
    });
}

//! ChainClient::start(): the receiving process uses its own scheduler.
template <typename Accessor, typename ServerContext, typename Fn, typename... Args>
void CustomPassField(TypeList<CScheduler&>,
                     ServerContext& server_context,
                     const Fn& fn,
                     Args&&... args)
{
    auto& context =
        *static_cast<mpbitcoin::Context*>(server_context.proxy_server.m_context.loop->m_context);
    if (!context.scheduler) throw std::runtime_error("this process has no scheduler");
    fn.invoke(server_context, std::forward<Args>(args)..., *context.scheduler);
}
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_TYPES_H
