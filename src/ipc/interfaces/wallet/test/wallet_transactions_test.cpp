#include <ipc/interfaces/wallet/test/served.h>

#include <optional>
#include <tuple>
#include <vector>

namespace mpbitcoin::test {
namespace {
KJ_TEST("transactions are made and committed")
{
    Served served;
    auto& wallet = *served.wallet;
    const auto destinations = MakeDestinations();
    const auto control = MakeCoinControl();
    const std::vector<wallet::CRecipient> recipients{{destinations[4], 5, true},
                                                     {destinations[9], -1, false}};
    const auto created = wallet.createTransaction(recipients, control, /*sign=*/true, 3);
    KJ_ASSERT(created.has_value());
    KJ_EXPECT(*created->tx == *MakeTransaction());
    KJ_EXPECT(created->change_pos == 1U);
    const auto arrived = served.pair.state->recipients.get();
    KJ_ASSERT(arrived.size() == 2);
    KJ_EXPECT(arrived[0].dest == destinations[4]);
    KJ_EXPECT(arrived[0].nAmount == 5);
    KJ_EXPECT(arrived[0].fSubtractFeeFromAmount);
    KJ_EXPECT(arrived[1].nAmount == -1);
    KJ_EXPECT(served.pair.state->coin_control.get()->ListSelected() == control.ListSelected());
    KJ_EXPECT(served.pair.state->change_pos.get() == 3U);
    const auto poor = wallet.createTransaction({}, control, /*sign=*/false, std::nullopt);
    KJ_EXPECT(!poor);
    KJ_EXPECT(util::ErrorString(poor).translated == "zu wenig");
    KJ_EXPECT(!served.pair.state->change_pos.get());

    wallet.commitTransaction(MakeTransaction(), {{"comment", "x"}}, {{"b", "2"}, {"a", "1"}});
    KJ_EXPECT(*served.pair.state->tx.get() == *MakeTransaction());
    KJ_EXPECT(served.pair.state->value_map.get().at("comment") == "x");
    KJ_EXPECT(served.pair.state->order_form.get().at(0).first == "b");
    const Txid txid{served.pair.state->tx.get()->GetHash()};
    KJ_EXPECT(wallet.transactionCanBeAbandoned(txid));
    KJ_EXPECT(wallet.abandonTransaction(txid));
    KJ_EXPECT(wallet.transactionCanBeBumped(txid));
    KJ_EXPECT(!wallet.transactionCanBeBumped(Txid{}));
}

KJ_TEST("fees are bumped")
{
    Served served;
    auto& wallet = *served.wallet;
    wallet.commitTransaction(MakeTransaction(), {}, {{"b", "2"}, {"a", "1"}});
    const auto control = MakeCoinControl();
    const Txid txid{MakeTransaction()->GetHash()};
    std::vector<bilingual_str> errors;
    CAmount old_fee{0}, new_fee{0};
    CMutableTransaction tx;
    KJ_EXPECT(wallet.createBumpTransaction(txid, control, errors, old_fee, new_fee, tx));
    KJ_EXPECT(old_fee == 1);
    KJ_EXPECT(new_fee == 2);
    KJ_EXPECT(tx.GetHash() == txid);
    KJ_EXPECT(errors.empty());
    KJ_EXPECT(wallet.signBumpTransaction(tx));
    KJ_EXPECT(tx.vin[0].scriptWitness.stack.size() == 1);
    Txid bumped;
    KJ_EXPECT(wallet.commitBumpTransaction(txid, CMutableTransaction{tx}, errors, bumped));
    KJ_EXPECT(bumped == tx.GetHash());
    KJ_EXPECT(!wallet.createBumpTransaction(Txid{}, control, errors, old_fee, new_fee, tx));
    KJ_ASSERT(errors.size() == 1);
    KJ_EXPECT(errors[0].translated == "unbekannt");
    KJ_EXPECT(tx.vin.empty());
}

KJ_TEST("partially signed transactions are filled")
{
    Served served;
    auto& wallet = *served.wallet;
    CMutableTransaction tx{*MakeTransaction()};
    for (auto& input : tx.vin) {
        input.scriptSig.clear();
        input.scriptWitness.SetNull();
    }
    PartiallySignedTransaction psbt{tx};
    bool complete{false};
    size_t signed_inputs{1};
    KJ_EXPECT(!wallet.fillPSBT(5, true, true, &signed_inputs, psbt, complete));
    KJ_EXPECT(complete);
    KJ_EXPECT(signed_inputs == 3);
    KJ_EXPECT(psbt.inputs.at(0).redeem_script == CScript{} << 5);
    KJ_EXPECT(!wallet.fillPSBT(std::nullopt, true, true, nullptr, psbt, complete));
    KJ_EXPECT(wallet.fillPSBT(std::nullopt, false, true, nullptr, psbt, complete) ==
              common::PSBTError::SIGHASH_MISMATCH);
}

KJ_TEST("transactions and their status")
{
    Served served;
    auto& wallet = *served.wallet;
    wallet.commitTransaction(MakeTransaction(), {}, {{"b", "2"}, {"a", "1"}});
    const Txid txid{MakeTransaction()->GetHash()};
    KJ_EXPECT(*wallet.getTx(txid) == *MakeTransaction());
    KJ_EXPECT(!wallet.getTx(Txid{}));
    KJ_EXPECT(wallet.getWalletTx(txid).value_map == MakeWalletTx().value_map);
    KJ_EXPECT(!wallet.getWalletTx(Txid{}).tx);
    KJ_EXPECT(wallet.getWalletTxs().size() == 2);
    interfaces::WalletTxStatus status{};
    int num_blocks{0};
    int64_t block_time{0};
    KJ_EXPECT(wallet.tryGetTxStatus(txid, status, num_blocks, block_time));
    KJ_EXPECT(status.block_height == -1);
    KJ_EXPECT(status.depth_in_main_chain == -3);
    KJ_EXPECT(status.lock_time == 5);
    KJ_EXPECT(status.is_trusted);
    KJ_EXPECT(!status.is_abandoned);
    KJ_EXPECT(status.is_coinbase);
    KJ_EXPECT(num_blocks == 8);
    KJ_EXPECT(block_time == -9);
    KJ_EXPECT(!wallet.tryGetTxStatus(Txid{}, status, num_blocks, block_time));
    interfaces::WalletOrderForm order_form{{"old", "old"}};
    bool in_mempool{false};
    KJ_EXPECT(wallet.getWalletTxDetails(txid, status, order_form, in_mempool, num_blocks).tx !=
              nullptr);
    KJ_ASSERT(order_form.size() == 3);
    KJ_EXPECT(order_form[0].second == "2");
    KJ_EXPECT(in_mempool);
}

KJ_TEST("coins and fees")
{
    Served served;
    auto& wallet = *served.wallet;
    const Txid txid{MakeTransaction()->GetHash()};
    KJ_EXPECT(wallet.lockCoin({txid, 7}, true));
    KJ_EXPECT(wallet.unlockCoin({txid, 7}));
    KJ_EXPECT(!wallet.isLockedCoin({txid, 8}));
    std::vector<COutPoint> locked{{txid, 1}};
    wallet.listLockedCoins(locked);
    KJ_EXPECT((locked == std::vector<COutPoint>{{txid, 1}, {txid, 7}}));
    KJ_EXPECT(wallet.getBalances().nonmempool_balance == 5);
    KJ_EXPECT(wallet.getBalance() == MAX_MONEY);
    interfaces::WalletBalances balances;
    uint256 block_hash;
    KJ_EXPECT(wallet.tryGetBalances(balances, block_hash));
    KJ_EXPECT(balances.unconfirmed_balance == 2);
    KJ_EXPECT(block_hash == uint256{9});
    KJ_EXPECT(wallet.getAvailableBalance(MakeCoinControl()) == 1);
    CTxIn input;
    input.nSequence = 3;
    const CTxOut output{4, CScript{}};
    KJ_EXPECT(wallet.txinIsMine(input));
    KJ_EXPECT(wallet.txoutIsMine(output));
    KJ_EXPECT(wallet.getDebit(input) == 3);
    KJ_EXPECT(wallet.getCredit(output) == 4);
    const auto coins = wallet.listCoins();
    KJ_ASSERT(coins.size() == MakeDestinations().size());
    KJ_EXPECT(coins.begin()->second.size() >= 1);
    KJ_EXPECT(std::get<1>(coins.begin()->second[0]).txout.nValue == 6);
    KJ_EXPECT(wallet.getCoins({{txid, 1}, {Txid{}, 99}}).size() == 2);
    KJ_EXPECT(wallet.getRequiredFee(5) == 10);
    int target{0};
    auto reason = FeeReason::FALLBACK;
    KJ_EXPECT(wallet.getMinimumFee(5, MakeCoinControl(), &target, &reason) == 5);
    KJ_EXPECT(target == 6);
    KJ_EXPECT(reason == FeeReason::REQUIRED);
    // The wallet did not change it.
    KJ_EXPECT(wallet.getMinimumFee(1, {}, nullptr, &reason) == 1);
    KJ_EXPECT(reason == FeeReason::NONE);
    KJ_EXPECT(wallet.hdEnabled());
    KJ_EXPECT(wallet.privateKeysDisabled());
    KJ_EXPECT(wallet.hasExternalSigner());
    KJ_EXPECT(wallet.getDefaultAddressType() == OutputType::P2SH_SEGWIT);
    KJ_EXPECT(wallet.getDefaultMaxTxFee() == COIN);
}
} // namespace
} // namespace mpbitcoin::test
