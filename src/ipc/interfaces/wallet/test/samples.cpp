#include <ipc/interfaces/wallet/test/fake_wallet.h>
#include <util/strencodings.h>

namespace mpbitcoin::test {
namespace {
const CPubKey KEY{ParseHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")};
const CPubKey OTHER_KEY{
    ParseHex("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5")};

FlatSigningProvider MakeProvider()
{
    FlatSigningProvider provider;
    const CScript script{CScript{} << OP_2 << OP_DROP};
    provider.scripts.emplace(CScriptID{script}, script);
    provider.pubkeys.emplace(KEY.GetID(), KEY);
    const KeyOriginInfo origin{{1, 2, 3, 4}, {0x80000054, 0}};
    provider.origins.emplace(OTHER_KEY.GetID(), std::pair{OTHER_KEY, origin});
    TaprootBuilder tree;
    const std::vector<unsigned char> leaf{OP_TRUE};
    const XOnlyPubKey internal{KEY};
    tree.Add(1, leaf, 0xc0).Add(2, leaf, 0xc2).Add(2, leaf, 0xc0).Finalize(internal);
    provider.tr_trees.emplace(tree.GetOutput(), tree);
    TaprootBuilder no_scripts;
    no_scripts.Finalize(internal);
    provider.tr_trees.emplace(no_scripts.GetOutput(), no_scripts);
    provider.aggregate_pubkeys[KEY] = {OTHER_KEY, KEY};
    return provider;
}
} // namespace

CTransactionRef MakeTransaction()
{
    CMutableTransaction tx;
    tx.vin.emplace_back(COutPoint{Txid::FromUint256(uint256{1}), 0}, CScript{}, 3);
    tx.vin.back().scriptWitness.stack = {{}, {1, 2}};
    tx.vin.emplace_back(COutPoint{Txid::FromUint256(uint256{2}), 5}, CScript{} << OP_TRUE);
    tx.vout.emplace_back(COIN, CScript{} << OP_TRUE);
    tx.vout.emplace_back(0, CScript{} << OP_RETURN);
    tx.nLockTime = 77;
    return MakeTransactionRef(tx);
}

std::vector<CTxDestination> MakeDestinations()
{
    const std::vector<unsigned char> program(40, 3);
    return {CNoDestination{}, CNoDestination{CScript{} << OP_RETURN}, PubKeyDestination{KEY},
            PubKeyDestination{CPubKey{}}, PKHash{uint160{std::vector<unsigned char>(20, 4)}},
            ScriptHash{uint160{std::vector<unsigned char>(20, 5)}}, WitnessV0ScriptHash{uint256{6}},
            WitnessV0KeyHash{uint160{std::vector<unsigned char>(20, 7)}},
            WitnessV1Taproot{XOnlyPubKey{KEY}}, PayToAnchor{},
            // The same script as PayToAnchor, but a different destination.
            WitnessUnknown{1U, ANCHOR_BYTES}, WitnessUnknown{0U, std::vector<unsigned char>{}},
            WitnessUnknown{16U, program}};
}

wallet::CCoinControl MakeCoinControl()
{
    wallet::CCoinControl control;
    control.destChange = MakeDestinations().back();
    control.m_change_type = OutputType::UNKNOWN;
    control.m_include_unsafe_inputs = true;
    control.m_allow_other_inputs = false;
    control.fOverrideFeeRate = true;
    control.m_feerate = CFeeRate{1234, 567};
    control.m_confirm_target = 0;
    control.m_signal_bip125_rbf = false;
    control.m_avoid_partial_spends = true;
    control.m_avoid_address_reuse = true;
    control.m_fee_mode = FeeEstimateMode::CONSERVATIVE;
    control.m_min_depth = -1;
    control.m_max_depth = 99;
    control.m_external_provider = MakeProvider();
    control.m_version = 3;
    control.m_locktime = 0xffffffff;
    control.m_max_tx_weight = 4000;
    // Positions in an unusual order, with a gap.
    const Txid txid{Txid::FromUint256(uint256{8})};
    control.Select(COutPoint{txid, 3});
    auto& external = control.Select(COutPoint{txid, 2});
    external.SetTxOut(CTxOut{COIN, CScript{} << OP_TRUE});
    external.SetInputWeight(400);
    external.SetSequence(0);
    external.SetScriptSig(CScript{});
    external.SetScriptWitness(CScriptWitness{});
    control.Select(COutPoint{txid, 9});
    control.UnSelect(COutPoint{txid, 9});
    auto& signed_input = control.Select(COutPoint{txid, 1});
    signed_input.SetScriptSig(CScript{} << OP_2);
    CScriptWitness witness;
    witness.stack = {{1}, {}};
    signed_input.SetScriptWitness(witness);
    control.SetInputWeight(COutPoint{txid, 4}, 200);
    return control;
}

interfaces::WalletTx MakeWalletTx()
{
    interfaces::WalletTx tx;
    tx.tx = MakeTransaction();
    tx.txin_is_mine = {true, false};
    tx.txout_is_mine = {false, true};
    tx.txout_is_change = {true, true};
    tx.txout_address = {MakeDestinations().front(), MakeDestinations().back()};
    tx.txout_address_is_mine = {false, false};
    tx.credit = 1;
    tx.debit = -2;
    tx.change = 3;
    tx.time = -4;
    tx.value_map = {{"comment", std::string{"a\0b", 3}}, {"", ""}};
    tx.is_coinbase = true;
    return tx;
}

wallet::CreatedTransactionResult MakeCreatedTransaction()
{
    FeeCalculation calculation;
    calculation.est.pass.start = 0.5;
    calculation.est.fail.leftMempool = -1.5;
    calculation.est.scale = 3;
    calculation.reason = FeeReason::REQUIRED;
    calculation.returnedTarget = 6;
    calculation.best_height = 7;
    return {MakeTransaction(), 250, 1U, calculation};
}
} // namespace mpbitcoin::test
