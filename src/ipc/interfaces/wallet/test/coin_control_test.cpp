#include <ipc/interfaces/wallet/test/connection.h>
#include <ipc/interfaces/wallet/test/travel.h>
#include <ipc/test/check.h>

namespace mpbitcoin::test {
namespace {
using Message = messages::CoinControl;

wallet::CCoinControl Copy(mp::InvokeContext& context, const wallet::CCoinControl& control)
{
    wallet::CCoinControl copy;
    // What is there is overwritten, not added to.
    copy.Select(COutPoint{});
    copy.m_locktime = 1;
    Read<Message>(context, Sent<Message>(context, control), copy);
    return copy;
}

void TestMembers(mp::InvokeContext& context)
{
    const auto control = MakeCoinControl();
    const auto copy = Copy(context, control);
    CHECK(copy.destChange == control.destChange);
    CHECK(copy.m_change_type == OutputType::UNKNOWN);
    CHECK(copy.m_include_unsafe_inputs && !copy.m_allow_other_inputs && copy.fOverrideFeeRate);
    CHECK(copy.m_feerate->GetFeePerVSize() == (FeePerVSize{1234, 567}));
    CHECK(copy.m_confirm_target == 0U && copy.m_signal_bip125_rbf == false);
    CHECK(copy.m_avoid_partial_spends && copy.m_avoid_address_reuse);
    CHECK(copy.m_fee_mode == FeeEstimateMode::CONSERVATIVE);
    CHECK(copy.m_min_depth == -1 && copy.m_max_depth == 99);
    CHECK(copy.m_version == 3 && copy.m_locktime == 0xffffffff && copy.m_max_tx_weight == 4000);
    CHECK(Same(Sent<Message>(context, copy), Sent<Message>(context, control)));
}

void TestInputs(mp::InvokeContext& context)
{
    const auto control = MakeCoinControl();
    auto copy = Copy(context, control);
    CHECK(copy.ListSelected() == control.ListSelected() && copy.HasSelectedOrder());
    for (const auto& outpoint : control.ListSelected()) {
        CHECK(copy.GetExternalOutput(outpoint) == control.GetExternalOutput(outpoint));
        CHECK(copy.GetInputWeight(outpoint) == control.GetInputWeight(outpoint));
        CHECK(copy.GetSequence(outpoint) == control.GetSequence(outpoint));
        CHECK(copy.GetSelectionPos(outpoint) == control.GetSelectionPos(outpoint));
        const auto [script_sig, witness] = copy.GetScripts(outpoint);
        const auto [sent_script_sig, sent_witness] = control.GetScripts(outpoint);
        CHECK(script_sig == sent_script_sig && witness.has_value() == sent_witness.has_value());
        CHECK(!witness || witness->stack == sent_witness->stack);
    }
    // What is selected next comes after all others.
    const COutPoint next{Txid::FromUint256(uint256{1}), 1};
    copy.Select(next);
    for (const auto& outpoint : control.ListSelected()) {
        const auto position = control.GetSelectionPos(outpoint);
        CHECK(!position || *position < *copy.GetSelectionPos(next));
    }
}

void TestProvider(mp::InvokeContext& context)
{
    const auto control = MakeCoinControl();
    const auto& sent = control.m_external_provider;
    const auto& provider = Copy(context, control).m_external_provider;
    CHECK(provider.scripts == sent.scripts && provider.pubkeys == sent.pubkeys);
    CHECK(provider.origins == sent.origins);
    CHECK(sent.tr_trees.size() == 2 && provider.tr_trees == sent.tr_trees);
    CHECK(provider.aggregate_pubkeys == sent.aggregate_pubkeys);

    // An unfinished tree is left out, and so are keys.
    wallet::CCoinControl unfinished;
    const std::vector<unsigned char> leaf{OP_TRUE};
    auto& trees = unfinished.m_external_provider.tr_trees;
    trees[XOnlyPubKey{}].Add(1, leaf, 0xc0);
    trees[XOnlyPubKey{uint256{1}}].Add(0, leaf, 0xc0);
    unfinished.m_external_provider.keys.emplace(CKeyID{}, CKey{});
    CHECK(Copy(context, unfinished).m_external_provider.tr_trees.empty());
    CHECK(Copy(context, unfinished).m_external_provider.keys.empty());
}

void TestDefaults(mp::InvokeContext& context)
{
    const wallet::CCoinControl fresh;
    const auto words = Sent<Message>(context, fresh);
    CHECK(Same(Sent<Message>(context, Copy(context, fresh)), words));
    const auto empty = ReadFilled<Message, wallet::CCoinControl>(context, [](Message::Builder) {});
    CHECK(Same(Sent<Message>(context, empty), words));
    CHECK(!Copy(context, fresh).HasSelectedOrder());
    wallet::CCoinControl unselected;
    unselected.Select(COutPoint{});
    unselected.UnSelectAll();
    CHECK(Copy(context, unselected).HasSelectedOrder());
    CHECK(!Copy(context, unselected).HasSelected());
}

//! What a fee rate looks like that the class itself would not make.
std::vector<unsigned char> FeeRate(int64_t fee, int32_t size)
{
    auto bytes = Serialized(fee);
    const auto rest = Serialized(size);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    return bytes;
}

//! Read a message that is well-formed but for what `change` does to it.
template <typename Change>
wallet::CCoinControl ReadChanged(mp::InvokeContext& context, Change change)
{
    return ReadFilled<Message, wallet::CCoinControl>(context, [&](Message::Builder b) {
        mp::CustomBuildMessage(context, MakeCoinControl(), Message::Builder{b});
        change(b);
    });
}

void TestMalformed(mp::InvokeContext& context)
{
    const auto read = [&](auto change) { return ReadChanged(context, change); };
    using Builder = Message::Builder;
    CHECK_THROWS(std::exception, read([](Builder b) { b.setChangeType(-1); }));
    CHECK_THROWS(std::exception, read([](Builder b) { b.setFeeMode(3); }));
    CHECK_THROWS(std::exception, read([](Builder b) { b.setFeeRate(View(SHORT)); }));
    CHECK_THROWS(std::exception, read([](Builder b) { b.setFeeRate(View(FeeRate(1, 0))); }));
    CHECK_THROWS(std::exception, read([](Builder b) { b.setFeeRate(View(FeeRate(1, -1))); }));
    CHECK_THROWS(std::exception,
                 read([](Builder b) { b.getInputs()[0].setOutpoint(View(SHORT)); }));
    CHECK_THROWS(std::exception, read([](Builder b) { b.getInputs()[1].setWeight(-1); }));
    CHECK_THROWS(std::exception, read([](Builder b) {
                     b.getInputs()[1].setWeight(std::numeric_limits<int64_t>::max());
                 }));
    CHECK_THROWS(std::exception, read([](Builder b) {
                     b.getInputs()[1].setTxout(View(Serialized(CTxOut{MAX_MONEY + 1, {}})));
                 }));
    CHECK_THROWS(std::exception, read([](Builder b) {
                     for (auto input : b.getInputs()) {
                         input.setTxout(View(Serialized(CTxOut{MAX_MONEY, {}})));
                         input.setPosition(1);
                         input.setHasPosition(true);
                     }
                 }));
    CHECK_THROWS(std::exception, read([](Builder b) { b.getInputs()[0].setHasPosition(false); }));
    // Positions that would take long to count are renumbered.
    const auto far = read([](Builder b) { b.getInputs()[0].setPosition(0xffffffff); });
    const Txid txid{Txid::FromUint256(uint256{8})};
    CHECK(far.GetSelectionPos({txid, 3}) == 0U && far.GetSelectionPos({txid, 2}) == 1U);
    CHECK(far.GetSelectionPos({txid, 1}) == 2U);
}

void TestMalformedProvider(mp::InvokeContext& context)
{
    using Provider = messages::SigningData::Builder;
    const auto provider = [&](auto change) {
        return ReadChanged(context, [&](Message::Builder b) { change(b.getExternalProvider()); });
    };
    CHECK_THROWS(std::exception, provider([](Provider b) { b.getPubKeys().set(0, View(SHORT)); }));
    CHECK_THROWS(std::exception,
                 provider([](Provider b) { b.getOrigins()[0].setFingerprint(View(SHORT)); }));
    CHECK_THROWS(std::exception,
                 provider([](Provider b) { b.getTrees()[0].setInternalKey(View(SHORT)); }));
    CHECK_THROWS(std::exception,
                 provider([](Provider b) { b.getTrees()[0].setInternalKey(View(uint256::ZERO)); }));
    CHECK_THROWS(std::exception,
                 provider([](Provider b) { b.getTrees()[0].initLeaves(1)[0].setDepth(129); }));
    CHECK_THROWS(std::exception,
                 provider([](Provider b) { b.getTrees()[0].initLeaves(1)[0].setVersion(1); }));
    CHECK_THROWS(std::exception,
                 provider([](Provider b) { b.getTrees()[0].initLeaves(1)[0].setDepth(1); }));
    CHECK_THROWS(std::exception, provider([](Provider b) {
                     b.getAggregateKeys()[0].getParticipants().set(0, nullptr);
                 }));
}

} // namespace

void TestCoinControl(mp::InvokeContext& context)
{
    TestMembers(context);
    TestInputs(context);
    TestProvider(context);
    TestDefaults(context);
    TestMalformed(context);
    TestMalformedProvider(context);
    TestNoise<Message>(context, MakeCoinControl());
}
} // namespace mpbitcoin::test
