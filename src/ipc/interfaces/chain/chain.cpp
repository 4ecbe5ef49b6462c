#include <ipc/interfaces/chain/chain.capnp.proxy-types.h>
#include <ipc/interfaces/chain/request_tip.h>
#include <ipc/interfaces/common/bytes.h>
#include <primitives/block.h>
#include <undo.h>

#include <any>
#include <stdexcept>

namespace mp {
namespace {
namespace messages = mpbitcoin::messages;

using mpbitcoin::ReadHash;
using mpbitcoin::Serialized;
using mpbitcoin::String;
using mpbitcoin::Unserialize;
using mpbitcoin::View;

//! The blocks that a request and its nested requests ask for. The node fills them.
struct WantedBlock
{
    uint256 hash;
    int height{0};
    int64_t time{0};
    int64_t max_time{0};
    int64_t mtp_time{0};
    bool in_active_chain{false};
    CBlockLocator locator;
    CBlock data;
    interfaces::FoundBlock block;
    std::unique_ptr<WantedBlock> next;
};

//! In practice requests have one nested level. The limit protects our stack from a peer.
constexpr int MAX_NESTED_BLOCKS{8};

std::unique_ptr<WantedBlock> ReadRequest(const messages::FoundBlockRequest::Reader& request,
                                         int depth = 0)
{
    if (depth > MAX_NESTED_BLOCKS) throw std::runtime_error("block request is nested too deeply");
    auto wanted = std::make_unique<WantedBlock>();
    auto& block = wanted->block;
    if (request.getWantHash()) block.hash(wanted->hash);
    if (request.getWantHeight()) block.height(wanted->height);
    if (request.getWantTime()) block.time(wanted->time);
    if (request.getWantMaxTime()) block.maxTime(wanted->max_time);
    if (request.getWantMtpTime()) block.mtpTime(wanted->mtp_time);
    if (request.getWantInActiveChain()) block.inActiveChain(wanted->in_active_chain);
    if (request.getWantLocator()) block.locator(wanted->locator);
    if (request.getWantData()) block.data(wanted->data);
    if (request.hasNext()) {
        wanted->next = ReadRequest(request.getNext(), depth + 1);
        block.nextBlock(wanted->next->block);
    }
    return wanted;
}

void BuildAnswer(const WantedBlock& wanted, messages::FoundBlock::Builder builder)
{
    const auto& block = wanted.block;
    builder.setFound(block.found);
    if (!block.found) return;
    if (block.m_hash) builder.setHash(View(wanted.hash));
    builder.setHeight(wanted.height);
    builder.setTime(wanted.time);
    builder.setMaxTime(wanted.max_time);
    builder.setMtpTime(wanted.mtp_time);
    builder.setInActiveChain(wanted.in_active_chain);
    if (block.m_locator) builder.setLocator(View(Serialized(wanted.locator)));
    if (block.m_data && !wanted.data.IsNull()) builder.setData(View(Serialized(wanted.data)));
    if (wanted.next) BuildAnswer(*wanted.next, builder.initNext());
}
} // namespace

void CustomBuildMessage(InvokeContext& context,
                        const interfaces::FoundBlock& block,
                        messages::FoundBlockRequest::Builder&& builder)
{
    builder.setWantHash(block.m_hash);
    builder.setWantHeight(block.m_height);
    builder.setWantTime(block.m_time);
    builder.setWantMaxTime(block.m_max_time);
    builder.setWantMtpTime(block.m_mtp_time);
    builder.setWantInActiveChain(block.m_in_active_chain);
    builder.setWantLocator(block.m_locator);
    builder.setWantData(block.m_data);
    if (block.m_next_block) {
        CustomBuildMessage(context, *block.m_next_block, builder.initNext());
    }
}

void CustomReadMessage(InvokeContext& context,
                       const messages::FoundBlock::Reader& reader,
                       const interfaces::FoundBlock& block)
{
    block.found = reader.getFound();
    if (!block.found) return;
    if (block.m_hash) *block.m_hash = ReadHash(reader.getHash());
    if (block.m_height) *block.m_height = reader.getHeight();
    if (block.m_time) *block.m_time = reader.getTime();
    if (block.m_max_time) *block.m_max_time = reader.getMaxTime();
    if (block.m_mtp_time) *block.m_mtp_time = reader.getMtpTime();
    if (block.m_in_active_chain) *block.m_in_active_chain = reader.getInActiveChain();
    if (block.m_locator) Unserialize(reader.getLocator(), *block.m_locator);
    if (block.m_data) {
        if (reader.hasData()) {
            Unserialize(reader.getData(), *block.m_data);
        } else {
            block.m_data->SetNull();
        }
    }
    if (block.m_next_block && reader.hasNext()) {
        CustomReadMessage(context, reader.getNext(), *block.m_next_block);
    }
}

void CustomPassMessage(InvokeContext&,
                       const messages::FoundBlockRequest::Reader& reader,
                       messages::FoundBlock::Builder builder,
                       std::function<void(const interfaces::FoundBlock&)>&& fn)
{
    const auto wanted = ReadRequest(reader);
    fn(wanted->block);
    BuildAnswer(*wanted, builder);
}

void CustomBuildMessage(InvokeContext&,
                        const interfaces::BlockInfo& block,
                        messages::BlockInfo::Builder&& builder)
{
    builder.setHash(View(block.hash));
    if (block.prev_hash) builder.setPrevHash(View(*block.prev_hash));
    builder.setHeight(block.height);
    builder.setFileNumber(block.file_number);
    builder.setDataPos(block.data_pos);
    if (block.data) builder.setData(View(Serialized(*block.data)));
    if (block.undo_data) builder.setUndoData(View(Serialized(*block.undo_data)));
    builder.setChainTimeMax(block.chain_time_max);
}

void CustomPassMessage(InvokeContext&,
                       const messages::BlockInfo::Reader& reader,
                       ::capnp::Void,
                       std::function<void(const interfaces::BlockInfo&)>&& fn)
{
    const uint256 hash{ReadHash(reader.getHash())};
    interfaces::BlockInfo block{hash};
    uint256 prev_hash;
    CBlock data;
    CBlockUndo undo_data;
    if (reader.hasPrevHash()) {
        prev_hash = ReadHash(reader.getPrevHash());
        block.prev_hash = &prev_hash;
    }
    block.height = reader.getHeight();
    block.file_number = reader.getFileNumber();
    block.data_pos = reader.getDataPos();
    if (reader.hasData()) {
        Unserialize(reader.getData(), data);
        block.data = &data;
    }
    if (reader.hasUndoData()) {
        Unserialize(reader.getUndoData(), undo_data);
        block.undo_data = &undo_data;
    }
    block.chain_time_max = reader.getChainTimeMax();
    fn(block);
}

void CustomBuildMessage(InvokeContext&,
                        const JSONRPCRequest& request,
                        messages::RpcRequest::Builder&& builder)
{
    builder.setHasId(request.id.has_value());
    if (request.id) builder.setId(request.id->write());
    builder.setMethod(request.strMethod);
    builder.setParams(request.params.write());
    builder.setMode(request.mode);
    builder.setUri(request.URI);
    builder.setAuthUser(request.authUser);
    builder.setPeerAddress(request.peerAddr);
    builder.setVersion(static_cast<int32_t>(request.m_json_version));
    if (const auto* tip{std::any_cast<mpbitcoin::RequestTip>(&request.context)}) {
        builder.setTip(View(tip->hash));
    }
}

void CustomReadMessage(InvokeContext&,
                       const messages::RpcRequest::Reader& reader,
                       JSONRPCRequest& request)
{
    const auto read = [](capnp::Text::Reader text, UniValue& value) {
        if (!value.read({text.begin(), text.size()})) throw std::runtime_error("malformed JSON");
    };
    request.id.reset();
    if (reader.getHasId()) read(reader.getId(), request.id.emplace());
    request.strMethod = String(reader.getMethod());
    read(reader.getParams(), request.params);
    request.mode =
        mpbitcoin::CheckedEnum(reader.getMode(), JSONRPCRequest::EXECUTE, JSONRPCRequest::GET_ARGS);
    request.URI = String(reader.getUri());
    request.authUser = String(reader.getAuthUser());
    request.peerAddr = String(reader.getPeerAddress());
    request.m_json_version =
        mpbitcoin::CheckedEnum(reader.getVersion(), JSONRPCVersion::V1_LEGACY, JSONRPCVersion::V2);
    request.context.reset();
    if (reader.hasTip()) request.context = mpbitcoin::RequestTip{ReadHash(reader.getTip())};
}

void BuildRpcCommand(const CRPCCommand& command, messages::RpcCommand::Builder& builder)
{
    builder.setCategory(command.category);
    builder.setName(command.name);
    builder.setUniqueId(command.unique_id);
    auto arguments = builder.initArgNames(command.argNames.size());
    for (size_t i{0}; i < command.argNames.size(); ++i) {
        arguments[i].setName(command.argNames[i].first);
        arguments[i].setNamedOnly(command.argNames[i].second);
    }
}

std::vector<std::pair<std::string, bool>>
ReadRpcArguments(const messages::RpcCommand::Reader& reader)
{
    std::vector<std::pair<std::string, bool>> arguments;
    for (const auto argument : reader.getArgNames()) {
        arguments.emplace_back(String(argument.getName()), argument.getNamedOnly());
    }
    return arguments;
}
} // namespace mp
