#include <consensus/amount.h>
#include <consensus/consensus.h>
#include <ipc/interfaces/wallet/wallet.capnp.proxy-types.h>
#include <script/interpreter.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace mp {
using namespace mpbitcoin; // bytes.h
namespace {
//! The class assigns positions one by one. Above this position, inputs keep their order and get
//! lower positions: a message must not make us count far.
constexpr uint32_t MAX_POSITION{100'000};

CPubKey ReadPubKey(capnp::Data::Reader data)
{
    const CPubKey key{Span(data)};
    if (!key.IsFullyValid()) throw std::runtime_error("invalid public key");
    return key;
}

CScript ReadScript(capnp::Data::Reader data)
{
    return {data.begin(), data.end()};
}

//! Throws std::runtime_error for a rate that would make the wallet divide by zero.
CFeeRate ReadFeeRate(capnp::Data::Reader data)
{
    const auto rate = Unserialized<CFeeRate>(data);
    const auto fraction = rate.GetFeePerVSize();
    if (fraction.size < 0 || (fraction.size == 0 && fraction.fee != 0)) {
        throw std::runtime_error("the fee rate has no size");
    }
    return rate;
}

void BuildInput(const wallet::CCoinControl& control,
                const COutPoint& outpoint,
                messages::SelectedInput::Builder builder)
{
    builder.setOutpoint(View(Serialized(outpoint)));
    if (const auto txout = control.GetExternalOutput(outpoint)) {
        builder.setTxout(View(Serialized(*txout)));
    }
    if (const auto weight = control.GetInputWeight(outpoint)) {
        builder.setWeight(*weight);
        builder.setHasWeight(true);
    }
    if (const auto sequence = control.GetSequence(outpoint)) {
        builder.setSequence(*sequence);
        builder.setHasSequence(true);
    }
    const auto [script_sig, script_witness] = control.GetScripts(outpoint);
    if (script_sig) builder.setScriptSig(View(*script_sig));
    if (script_witness) {
        const auto& stack = script_witness->stack;
        auto items = builder.initScriptWitness(stack.size());
        for (size_t i{0}; i < stack.size(); ++i) {
            items.set(i, View(stack[i]));
        }
    }
    if (const auto position = control.GetSelectionPos(outpoint)) {
        builder.setPosition(*position);
        builder.setHasPosition(true);
    }
}

std::optional<int64_t> ReadWeight(const messages::SelectedInput::Reader& reader)
{
    if (!reader.getHasWeight()) return std::nullopt;
    const int64_t weight{reader.getWeight()};
    if (weight < 0 || weight > int64_t{MAX_BLOCK_WEIGHT}) {
        throw std::runtime_error("the input weight is out of range");
    }
    return weight;
}

//! Everything but the position.
void ReadInput(const messages::SelectedInput::Reader& reader, wallet::PreselectedInput& input)
{
    if (reader.hasTxout()) {
        const auto txout = Unserialized<CTxOut>(reader.getTxout());
        if (!MoneyRange(txout.nValue)) throw std::runtime_error("the amount is out of range");
        input.SetTxOut(txout);
    }
    if (const auto weight = ReadWeight(reader)) input.SetInputWeight(*weight);
    if (reader.getHasSequence()) input.SetSequence(reader.getSequence());
    if (reader.hasScriptSig()) input.SetScriptSig(ReadScript(reader.getScriptSig()));
    if (reader.hasScriptWitness()) {
        CScriptWitness witness;
        for (const auto item : reader.getScriptWitness()) {
            witness.stack.push_back(Vector(item));
        }
        input.SetScriptWitness(witness);
    }
}

//! Existing outputs are never worth more than all money, so their sums can't overflow.
void CheckInputs(const wallet::CCoinControl& control)
{
    CAmount sum{0};
    for (const auto& outpoint : control.ListSelected()) {
        const auto txout = control.GetExternalOutput(outpoint);
        if (txout) sum += txout->nValue;
        if (!MoneyRange(sum)) throw std::runtime_error("the sum of the inputs is out of range");
    }
}

void ReadInputs(const messages::CoinControl::Reader& reader, wallet::CCoinControl& control)
{
    if (reader.getHasSelectedOrder()) {
        // The order remains when all inputs are unselected.
        control.Select(COutPoint{});
        control.UnSelectAll();
    }
    std::vector<messages::SelectedInput::Reader> selected;
    for (const auto item : reader.getInputs()) {
        if (item.getHasPosition()) {
            selected.push_back(item);
        } else if (const auto weight = ReadWeight(item)) {
            control.SetInputWeight(Unserialized<COutPoint>(item.getOutpoint()), *weight);
        } else {
            throw std::runtime_error("a selected input has no position");
        }
    }
    std::ranges::stable_sort(selected, {}, [](const auto& item) { return item.getPosition(); });
    const bool renumber{!selected.empty() && selected.back().getPosition() > MAX_POSITION};
    uint32_t next{0};
    for (const auto& item : selected) {
        const auto outpoint = Unserialized<COutPoint>(item.getOutpoint());
        const uint32_t position{renumber ? next : std::max(next, item.getPosition())};
        while (next < position) {
            control.Select(outpoint);
            ++next;
        }
        auto& input = control.Select(outpoint);
        input.SetPosition(next++);
        ReadInput(item, input);
    }
    CheckInputs(control);
}

void BuildOrigin(const CPubKey& key,
                 const KeyOriginInfo& info,
                 messages::SigningData::KeyOrigin::Builder builder)
{
    builder.setPubKey(View(key));
    builder.setFingerprint({info.fingerprint, sizeof(info.fingerprint)});
    auto path = builder.initPath(info.path.size());
    for (size_t i{0}; i < info.path.size(); ++i) {
        path.set(i, info.path[i]);
    }
}

KeyOriginInfo ReadOrigin(const messages::SigningData::KeyOrigin::Reader& reader)
{
    KeyOriginInfo info;
    const auto fingerprint = reader.getFingerprint();
    if (fingerprint.size() != sizeof(info.fingerprint)) {
        throw std::runtime_error("the fingerprint has a wrong size");
    }
    std::ranges::copy(fingerprint, info.fingerprint);
    for (const uint32_t step : reader.getPath()) {
        info.path.push_back(step);
    }
    return info;
}

//! The complete and finalized builders. Wallets can't use other ones.
std::vector<TaprootBuilder> CompleteTrees(const FlatSigningProvider& provider)
{
    std::vector<TaprootBuilder> complete;
    for (auto [output, tree] : provider.tr_trees) {
        if (!tree.IsComplete() || !tree.GetOutput().IsFullyValid()) continue;
        std::vector<int> depths;
        for (const auto& leaf : tree.GetTreeTuples()) {
            depths.push_back(std::get<0>(leaf));
        }
        if (tree.HasScripts() ? TaprootBuilder::ValidDepths(depths) : depths.empty()) {
            complete.push_back(std::move(tree));
        }
    }
    return complete;
}

void BuildTree(const TaprootBuilder& tree, messages::SigningData::TaprootTree::Builder builder)
{
    builder.setInternalKey(View(tree.GetSpendData().internal_key));
    const auto tuples = tree.GetTreeTuples();
    auto leaves = builder.initLeaves(tuples.size());
    size_t index{tuples.size()};
    // They are in the reverse order of their addition.
    for (const auto& [depth, version, script] : tuples) {
        auto leaf = leaves[--index];
        leaf.setDepth(depth);
        leaf.setVersion(version);
        leaf.setScript(View(script));
    }
}

TaprootBuilder ReadTree(const messages::SigningData::TaprootTree::Reader& reader)
{
    TaprootBuilder tree;
    for (const auto leaf : reader.getLeaves()) {
        if (leaf.getDepth() > TAPROOT_CONTROL_MAX_NODE_COUNT ||
            (leaf.getVersion() & ~TAPROOT_LEAF_MASK) != 0) {
            throw std::runtime_error("the leaf is invalid in a Taproot tree");
        }
        tree.Add(leaf.getDepth(), Span(leaf.getScript()), leaf.getVersion());
    }
    const XOnlyPubKey internal{ReadHash<uint256>(reader.getInternalKey())};
    if (!tree.IsComplete() || !internal.IsFullyValid()) {
        throw std::runtime_error("the Taproot tree is not complete");
    }
    return tree.Finalize(internal);
}

void BuildProvider(const FlatSigningProvider& provider, messages::SigningData::Builder builder)
{
    size_t index{0};
    auto scripts = builder.initScripts(provider.scripts.size());
    for (const auto& [id, script] : provider.scripts) {
        scripts.set(index++, View(script));
    }
    index = 0;
    auto keys = builder.initPubKeys(provider.pubkeys.size());
    for (const auto& [id, key] : provider.pubkeys) {
        keys.set(index++, View(key));
    }
    index = 0;
    auto origins = builder.initOrigins(provider.origins.size());
    for (const auto& [id, origin] : provider.origins) {
        BuildOrigin(origin.first, origin.second, origins[index++]);
    }
    const auto complete = CompleteTrees(provider);
    auto trees = builder.initTrees(complete.size());
    for (size_t i{0}; i < complete.size(); ++i) {
        BuildTree(complete[i], trees[i]);
    }
    index = 0;
    auto aggregates = builder.initAggregateKeys(provider.aggregate_pubkeys.size());
    for (const auto& [aggregate, participants] : provider.aggregate_pubkeys) {
        auto item = aggregates[index++];
        item.setPubKey(View(aggregate));
        auto list = item.initParticipants(participants.size());
        for (size_t i{0}; i < participants.size(); ++i) {
            list.set(i, View(participants[i]));
        }
    }
}

FlatSigningProvider ReadProvider(const messages::SigningData::Reader& reader)
{
    FlatSigningProvider provider;
    for (const auto item : reader.getScripts()) {
        const CScript script{ReadScript(item)};
        provider.scripts.emplace(CScriptID{script}, script);
    }
    for (const auto item : reader.getPubKeys()) {
        const CPubKey key{ReadPubKey(item)};
        provider.pubkeys.emplace(key.GetID(), key);
    }
    for (const auto item : reader.getOrigins()) {
        const CPubKey key{ReadPubKey(item.getPubKey())};
        provider.origins.emplace(key.GetID(), std::pair{key, ReadOrigin(item)});
    }
    for (const auto item : reader.getTrees()) {
        TaprootBuilder tree{ReadTree(item)};
        const auto output = tree.GetOutput();
        provider.tr_trees.emplace(output, std::move(tree));
    }
    for (const auto item : reader.getAggregateKeys()) {
        auto& participants = provider.aggregate_pubkeys[ReadPubKey(item.getPubKey())];
        for (const auto participant : item.getParticipants()) {
            participants.push_back(ReadPubKey(participant));
        }
    }
    return provider;
}
} // namespace

void CustomBuildMessage(InvokeContext& context,
                        const wallet::CCoinControl& control,
                        messages::CoinControl::Builder&& builder)
{
    CustomBuildMessage(context, control.destChange, builder.initChangeDestination());
    builder.setHasChangeType(control.m_change_type.has_value());
    if (control.m_change_type) {
        builder.setChangeType(static_cast<int32_t>(*control.m_change_type));
    }
    builder.setIncludeUnsafeInputs(control.m_include_unsafe_inputs);
    builder.setAllowOtherInputs(control.m_allow_other_inputs);
    builder.setOverrideFeeRate(control.fOverrideFeeRate);
    if (control.m_feerate) builder.setFeeRate(View(Serialized(*control.m_feerate)));
    builder.setHasConfirmTarget(control.m_confirm_target.has_value());
    builder.setConfirmTarget(control.m_confirm_target.value_or(0));
    builder.setHasSignalRbf(control.m_signal_bip125_rbf.has_value());
    builder.setSignalRbf(control.m_signal_bip125_rbf.value_or(false));
    builder.setAvoidPartialSpends(control.m_avoid_partial_spends);
    builder.setAvoidAddressReuse(control.m_avoid_address_reuse);
    builder.setFeeMode(static_cast<int32_t>(control.m_fee_mode));
    builder.setMinDepth(control.m_min_depth);
    builder.setMaxDepth(control.m_max_depth);
    BuildProvider(control.m_external_provider, builder.initExternalProvider());
    builder.setVersion(control.m_version);
    builder.setHasLockTime(control.m_locktime.has_value());
    builder.setLockTime(control.m_locktime.value_or(0));
    builder.setHasMaxTxWeight(control.m_max_tx_weight.has_value());
    builder.setMaxTxWeight(control.m_max_tx_weight.value_or(0));
    const auto outpoints = control.ListSelected();
    auto inputs = builder.initInputs(outpoints.size());
    for (size_t i{0}; i < outpoints.size(); ++i) {
        BuildInput(control, outpoints[i], inputs[i]);
    }
    builder.setHasSelectedOrder(control.HasSelectedOrder());
}

void CustomReadMessage(InvokeContext& context,
                       const messages::CoinControl::Reader& reader,
                       wallet::CCoinControl& control)
{
    control = {};
    CustomReadMessage(context, reader.getChangeDestination(), control.destChange);
    if (reader.getHasChangeType()) {
        using Range = EnumRange<OutputType>;
        control.m_change_type = CheckedEnum(reader.getChangeType(), Range::first, Range::last);
    }
    control.m_include_unsafe_inputs = reader.getIncludeUnsafeInputs();
    control.m_allow_other_inputs = reader.getAllowOtherInputs();
    control.fOverrideFeeRate = reader.getOverrideFeeRate();
    if (reader.hasFeeRate()) control.m_feerate = ReadFeeRate(reader.getFeeRate());
    if (reader.getHasConfirmTarget()) control.m_confirm_target = reader.getConfirmTarget();
    if (reader.getHasSignalRbf()) control.m_signal_bip125_rbf = reader.getSignalRbf();
    control.m_avoid_partial_spends = reader.getAvoidPartialSpends();
    control.m_avoid_address_reuse = reader.getAvoidAddressReuse();
    control.m_fee_mode =
        CheckedEnum(reader.getFeeMode(), FeeEstimateMode::UNSET, FeeEstimateMode::CONSERVATIVE);
    control.m_min_depth = reader.getMinDepth();
    control.m_max_depth = reader.getMaxDepth();
    control.m_external_provider = ReadProvider(reader.getExternalProvider());
    control.m_version = reader.getVersion();
    if (reader.getHasLockTime()) control.m_locktime = reader.getLockTime();
    if (reader.getHasMaxTxWeight()) control.m_max_tx_weight = reader.getMaxTxWeight();
    ReadInputs(reader, control);
}
} // namespace mp
