#include <ipc/interfaces/wallet/test/connection.h>
#include <ipc/interfaces/wallet/test/travel.h>
#include <test/errors.h>

namespace mpbitcoin::test {
namespace {
using Message = messages::CoinControl;

wallet::CCoinControl Copy(mp::InvokeContext& context, const wallet::CCoinControl& control)
{
    wallet::CCoinControl copy;
    // Reading overwrites existing values and does not add to them.
    copy.Select(COutPoint{});
    copy.m_locktime = 1;
    Read<Message>(context, Sent<Message>(context, control), copy);
    return copy;
}

KJ_TEST("coin control: members")
{
    Pair pair;
    auto context = pair.context_of_client();
    const auto control = MakeCoinControl();
    const auto copy = Copy(context, control);
    KJ_EXPECT(copy.destChange == control.destChange);
    KJ_EXPECT(copy.m_change_type == OutputType::UNKNOWN);
    KJ_EXPECT(copy.m_include_unsafe_inputs);
    KJ_EXPECT(!copy.m_allow_other_inputs);
    KJ_EXPECT(copy.fOverrideFeeRate);
    KJ_EXPECT(copy.m_feerate->GetFeePerVSize() == (FeePerVSize{1234, 567}));
    KJ_EXPECT(copy.m_confirm_target == 0U);
    KJ_EXPECT(copy.m_signal_bip125_rbf == false);
    KJ_EXPECT(copy.m_avoid_partial_spends);
    KJ_EXPECT(copy.m_avoid_address_reuse);
    KJ_EXPECT(copy.m_fee_mode == FeeEstimateMode::CONSERVATIVE);
    KJ_EXPECT(copy.m_min_depth == -1);
    KJ_EXPECT(copy.m_max_depth == 99);
    KJ_EXPECT(copy.m_version == 3);
    KJ_EXPECT(copy.m_locktime == 0xffffffff);
    KJ_EXPECT(copy.m_max_tx_weight == 4000);
    KJ_EXPECT(Same(Sent<Message>(context, copy), Sent<Message>(context, control)));
}

KJ_TEST("coin control: inputs and their order")
{
    Pair pair;
    auto context = pair.context_of_client();
    const auto control = MakeCoinControl();
    auto copy = Copy(context, control);
    KJ_EXPECT(copy.ListSelected() == control.ListSelected());
    KJ_EXPECT(copy.HasSelectedOrder());
    for (const auto& outpoint : control.ListSelected()) {
        KJ_EXPECT(copy.GetExternalOutput(outpoint) == control.GetExternalOutput(outpoint));
        KJ_EXPECT(copy.GetInputWeight(outpoint) == control.GetInputWeight(outpoint));
        KJ_EXPECT(copy.GetSequence(outpoint) == control.GetSequence(outpoint));
        KJ_EXPECT(copy.GetSelectionPos(outpoint) == control.GetSelectionPos(outpoint));
        const auto [script_sig, witness] = copy.GetScripts(outpoint);
        const auto [sent_script_sig, sent_witness] = control.GetScripts(outpoint);
        KJ_EXPECT(script_sig == sent_script_sig);
        KJ_EXPECT(witness.has_value() == sent_witness.has_value());
        KJ_EXPECT(!witness || witness->stack == sent_witness->stack);
    }
    // The next selected input comes after all others.
    const COutPoint next{Txid::FromUint256(uint256{1}), 1};
    copy.Select(next);
    for (const auto& outpoint : control.ListSelected()) {
        const auto position = control.GetSelectionPos(outpoint);
        KJ_EXPECT(!position || *position < *copy.GetSelectionPos(next));
    }
}

KJ_TEST("coin control: signing data")
{
    Pair pair;
    auto context = pair.context_of_client();
    const auto control = MakeCoinControl();
    const auto& sent = control.m_external_provider;
    const auto& provider = Copy(context, control).m_external_provider;
    KJ_EXPECT(provider.scripts == sent.scripts);
    KJ_EXPECT(provider.pubkeys == sent.pubkeys);
    KJ_EXPECT(provider.origins == sent.origins);
    KJ_ASSERT(sent.tr_trees.size() == 2);
    KJ_EXPECT(provider.tr_trees == sent.tr_trees);
    KJ_EXPECT(provider.aggregate_pubkeys == sent.aggregate_pubkeys);

    // Sending leaves out unfinished trees and keys.
    wallet::CCoinControl unfinished;
    const std::vector<unsigned char> leaf{OP_TRUE};
    auto& trees = unfinished.m_external_provider.tr_trees;
    trees[XOnlyPubKey{}].Add(1, leaf, 0xc0);
    trees[XOnlyPubKey{uint256{1}}].Add(0, leaf, 0xc0);
    unfinished.m_external_provider.keys.emplace(CKeyID{}, CKey{});
    KJ_EXPECT(Copy(context, unfinished).m_external_provider.tr_trees.empty());
    KJ_EXPECT(Copy(context, unfinished).m_external_provider.keys.empty());
}

KJ_TEST("coin control: defaults")
{
    Pair pair;
    auto context = pair.context_of_client();
    const wallet::CCoinControl fresh;
    const auto words = Sent<Message>(context, fresh);
    KJ_EXPECT(Same(Sent<Message>(context, Copy(context, fresh)), words));
    const auto empty = ReadFilled<Message, wallet::CCoinControl>(context, [](Message::Builder) {});
    KJ_EXPECT(Same(Sent<Message>(context, empty), words));
    KJ_EXPECT(!Copy(context, fresh).HasSelectedOrder());
    wallet::CCoinControl unselected;
    unselected.Select(COutPoint{});
    unselected.UnSelectAll();
    KJ_EXPECT(Copy(context, unselected).HasSelectedOrder());
    KJ_EXPECT(!Copy(context, unselected).HasSelected());
}

//! A serialized fee rate that the class itself would not create.
std::vector<unsigned char> FeeRate(int64_t fee, int32_t size)
{
    auto bytes = Serialized(fee);
    const auto rest = Serialized(size);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
}

//! Read a well-formed message after `change` has modified it.
template <typename Change>
wallet::CCoinControl ReadChanged(mp::InvokeContext& context, Change change)
{
    return ReadFilled<Message, wallet::CCoinControl>(context, [&](Message::Builder b) {
        mp::CustomBuildMessage(context, MakeCoinControl(), Message::Builder{b});
        change(b);
    });
}

KJ_TEST("coin control: malformed members are rejected")
{
    Pair pair;
    auto context = pair.context_of_client();
    const auto read = [&](auto change) { return ReadChanged(context, change); };
    using Builder = Message::Builder;
    EXPECT_ERROR("received a value outside of its enumeration",
                 read([](Builder b) { b.setChangeType(-1); }));
    EXPECT_ERROR("received a value outside of its enumeration",
                 read([](Builder b) { b.setFeeMode(3); }));
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 read([](Builder b) { b.setFeeRate(View(SHORT)); }));
    EXPECT_ERROR("the fee rate has no size",
                 read([](Builder b) { b.setFeeRate(View(FeeRate(1, 0))); }));
    EXPECT_ERROR("the fee rate has no size",
                 read([](Builder b) { b.setFeeRate(View(FeeRate(1, -1))); }));
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 read([](Builder b) { b.getInputs()[0].setOutpoint(View(SHORT)); }));
    EXPECT_ERROR("the input weight is out of range",
                 read([](Builder b) { b.getInputs()[1].setWeight(-1); }));
    EXPECT_ERROR("the input weight is out of range", read([](Builder b) {
                     b.getInputs()[1].setWeight(std::numeric_limits<int64_t>::max());
                 }));
    EXPECT_ERROR("the amount is out of range", read([](Builder b) {
                     b.getInputs()[1].setTxout(View(Serialized(CTxOut{MAX_MONEY + 1, {}})));
                 }));
    EXPECT_ERROR("the sum of the inputs is out of range", read([](Builder b) {
                     for (auto input : b.getInputs()) {
                         input.setTxout(View(Serialized(CTxOut{MAX_MONEY, {}})));
                         input.setPosition(1);
                         input.setHasPosition(true);
                     }
                 }));
    EXPECT_ERROR("a selected input has no position",
                 read([](Builder b) { b.getInputs()[0].setHasPosition(false); }));
    // Large positions, which would take long to count, are renumbered.
    const auto far = read([](Builder b) { b.getInputs()[0].setPosition(0xffffffff); });
    const Txid txid{Txid::FromUint256(uint256{8})};
    KJ_EXPECT(far.GetSelectionPos({txid, 3}) == 0U);
    KJ_EXPECT(far.GetSelectionPos({txid, 2}) == 1U);
    KJ_EXPECT(far.GetSelectionPos({txid, 1}) == 2U);
}

KJ_TEST("coin control: malformed signing data is rejected")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Provider = messages::SigningData::Builder;
    const auto provider = [&](auto change) {
        return ReadChanged(context, [&](Message::Builder b) { change(b.getExternalProvider()); });
    };
    EXPECT_ERROR("invalid public key",
                 provider([](Provider b) { b.getPubKeys().set(0, View(SHORT)); }));
    EXPECT_ERROR("the fingerprint has a wrong size",
                 provider([](Provider b) { b.getOrigins()[0].setFingerprint(View(SHORT)); }));
    EXPECT_ERROR("the hash has a wrong size",
                 provider([](Provider b) { b.getTrees()[0].setInternalKey(View(SHORT)); }));
    EXPECT_ERROR("the Taproot tree is not complete",
                 provider([](Provider b) { b.getTrees()[0].setInternalKey(View(uint256::ZERO)); }));
    EXPECT_ERROR("the leaf is invalid in a Taproot tree",
                 provider([](Provider b) { b.getTrees()[0].initLeaves(1)[0].setDepth(129); }));
    EXPECT_ERROR("the leaf is invalid in a Taproot tree",
                 provider([](Provider b) { b.getTrees()[0].initLeaves(1)[0].setVersion(1); }));
    EXPECT_ERROR("the Taproot tree is not complete",
                 provider([](Provider b) { b.getTrees()[0].initLeaves(1)[0].setDepth(1); }));
    EXPECT_ERROR("invalid public key", provider([](Provider b) {
                     b.getAggregateKeys()[0].getParticipants().set(0, nullptr);
                 }));
}

KJ_TEST("coin control: changed bytes are read or rejected")
{
    Pair pair;
    auto context = pair.context_of_client();
    TestNoise<Message>(context, MakeCoinControl());
}
} // namespace
} // namespace mpbitcoin::test
