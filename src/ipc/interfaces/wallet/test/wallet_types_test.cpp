#include <ipc/interfaces/wallet/test/connection.h>
#include <ipc/interfaces/wallet/test/travel.h>
#include <test/errors.h>

// Values arrive unchanged, and malformed messages raise an exception.

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
KJ_TEST("destinations")
{
    Pair pair;
    auto context = pair.context_of_client();
    for (const auto& destination : MakeDestinations()) {
        CTxDestination copy{PayToAnchor{}};
        Read<messages::TxDestination>(context, Sent<messages::TxDestination>(context, destination),
                                      copy);
        KJ_EXPECT(copy.index() == destination.index());
        KJ_EXPECT(copy == destination);
    }
    using Builder = messages::TxDestination::Builder;
    const auto read = [&](auto fill) {
        return ReadFilled<messages::TxDestination, CTxDestination>(context, fill);
    };
    KJ_EXPECT(read([](Builder) {}) == CTxDestination{CNoDestination{}});
    KJ_EXPECT(read([](Builder b) { b.setPubKey(View(SHORT)); }) ==
              CTxDestination{PubKeyDestination{CPubKey{}}});
    EXPECT_ERROR("the hash has a wrong size",
                 read([](Builder b) { b.setPubKeyHash(View(SHORT)); }));
    EXPECT_ERROR("the hash has a wrong size", read([](Builder b) { b.setScriptHash(nullptr); }));
    EXPECT_ERROR("the hash has a wrong size",
                 read([](Builder b) { b.setWitnessV0KeyHash(View(SHORT)); }));
    EXPECT_ERROR("the hash has a wrong size",
                 read([](Builder b) { b.setWitnessV0ScriptHash(View(SHORT)); }));
    EXPECT_ERROR("the hash has a wrong size",
                 read([](Builder b) { b.setWitnessV1Taproot(View(SHORT)); }));
    EXPECT_ERROR("unknown witness version",
                 read([](Builder b) { b.initWitnessUnknown().setVersion(17); }));
    TestNoise<messages::TxDestination>(context, MakeDestinations().back());
}

KJ_TEST("transactions")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Message = messages::Wallet::SignBumpTransactionParams;
    using Field = mp::wallet_fields::Tx;
    const CMutableTransaction tx{*MakeTransaction()};
    KJ_EXPECT((CTransaction{Travel<Message, Field>(context, tx)} == CTransaction{tx}));
    KJ_EXPECT((CTransaction{Travel<Message, Field>(context, tx)}.GetWitnessHash() ==
               CTransaction{tx}.GetWitnessHash()));
    const CMutableTransaction empty;
    KJ_EXPECT((CTransaction{Travel<Message, Field>(context, empty)} == CTransaction{empty}));
    CMutableTransaction no_inputs{tx};
    no_inputs.vin.clear();
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 Travel<Message, Field>(context, no_inputs));

    using Builder = Message::Builder;
    const auto read = [&](auto fill) {
        return ReadFieldOf<CMutableTransaction, Message, Field>(context, fill);
    };
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error", read([](Builder) {}));
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 read([](Builder b) { b.setTx(View(SHORT)); }));
    EXPECT_ERROR("extra bytes after an object", read([&](Builder b) {
                     auto bytes = Serialized(tx);
                     bytes.push_back(0);
                     b.setTx(View(bytes));
                 }));
}

KJ_TEST("partially signed transactions")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Message = messages::Wallet::FillPSBTParams;
    using Field = mp::wallet_fields::Psbt;
    PartiallySignedTransaction psbt{CMutableTransaction{*MakeTransaction()}};
    for (auto& input : psbt.tx->vin) {
        input.scriptSig.clear();
        input.scriptWitness.SetNull();
    }
    psbt.inputs[0].witness_utxo = CTxOut{COIN, CScript{} << OP_TRUE};
    psbt.unknown.insert({{0x70}, {1, 2}});
    const auto copy = Travel<Message, Field>(context, psbt);
    KJ_EXPECT(Serialized(copy) == Serialized(psbt));
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 Travel<Message, Field>(context, PartiallySignedTransaction{}));
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 ReadFieldOf<PartiallySignedTransaction, Message, Field>(
                     context, [](Message::Builder b) { b.setPsbt(View(SHORT)); }));
}

KJ_TEST("reading wipes passphrases")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Encrypt = messages::Wallet::EncryptWalletParams;
    using Passphrase = mp::wallet_fields::Passphrase;
    const SecureString secret{"pass\0phrase", 11};
    KJ_EXPECT((Travel<Encrypt, Passphrase>(context, secret) == secret));
    KJ_EXPECT((Travel<Encrypt, Passphrase>(context, SecureString{}).empty()));
    KJ_EXPECT(
        (ReadFieldOf<SecureString, Encrypt, Passphrase>(context, [](Encrypt::Builder) {}).empty()));
    capnp::MallocMessageBuilder message;
    auto encrypt = message.initRoot<Encrypt>();
    BuildSecret(secret, encrypt.initPassphrase());
    KJ_EXPECT(std::string{encrypt.toString().flatten().cStr()}.find("pass\\000") ==
              std::string::npos);
    KJ_EXPECT(TakeSecret(encrypt.asReader().getPassphrase()) == secret);
    // The first read has wiped it.
    KJ_EXPECT(TakeSecret(encrypt.asReader().getPassphrase()) == SecureString(secret.size(), '\0'));
}

KJ_TEST("hashes, paths and enumerations")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Sign = messages::Wallet::SignMessageParams;
    const PKHash hash{uint160{std::vector<unsigned char>(20, 9)}};
    KJ_EXPECT((Travel<Sign, mp::wallet_fields::PkHash>(context, hash) == hash));
    EXPECT_ERROR("the hash has a wrong size",
                 ReadFieldOf<PKHash, Sign, mp::wallet_fields::PkHash>(
                     context, [](Sign::Builder b) { b.setPkHash(View(SHORT)); }));

    using Restore = messages::WalletLoader::RestoreWalletParams;
    using BackupFile = mp::wallet_loader_fields::BackupFile;
    const fs::path path{fs::PathFromString("/not/\xff\xfe unicode")};
    KJ_EXPECT((Travel<Restore, BackupFile>(context, path) == path));
    KJ_EXPECT((Travel<Restore, BackupFile>(context, fs::path{}).empty()));
    EXPECT_ERROR("path contains a zero byte",
                 ReadFieldOf<fs::path, Restore, BackupFile>(context, [](Restore::Builder b) {
                     b.setBackupFile(View(std::vector<unsigned char>(2, 0)));
                 }));

    using Status = messages::TransactionChangedFn::CallParams;
    const auto status = [&](int value) {
        return ReadFieldOf<ChangeType, Status, mp::wallet_fields::Status, false>(
            context, [=](Status::Builder b) { b.setStatus(value); });
    };
    KJ_EXPECT(status(CT_NEW) == CT_NEW);
    KJ_EXPECT(status(CT_DELETED) == CT_DELETED);
    EXPECT_ERROR("received a value outside of its enumeration", status(-1));
    EXPECT_ERROR("received a value outside of its enumeration", status(3));
    using Type = messages::Wallet::GetNewDestinationParams;
    EXPECT_ERROR("received a value outside of its enumeration",
                 ReadFieldOf<OutputType, Type, mp::wallet_fields::Type, false>(
                     context, [](Type::Builder b) { b.setType(5); }));
}

KJ_TEST("transactions of a wallet")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Message = messages::WalletTx;
    const auto tx = MakeWalletTx();
    const auto words = Sent<Message>(context, tx);
    interfaces::WalletTx copy{};
    Read<Message>(context, words, copy);
    KJ_EXPECT(*copy.tx == *tx.tx);
    KJ_EXPECT(copy.txout_address == tx.txout_address);
    KJ_EXPECT(copy.txin_is_mine == tx.txin_is_mine);
    KJ_EXPECT(copy.value_map == tx.value_map);
    KJ_EXPECT(Same(Sent<Message>(context, copy), words));
    KJ_EXPECT((!ReadFilled<Message, interfaces::WalletTx>(context, [](Message::Builder) {}).tx));

    const auto read = [&](auto change) {
        return ReadFilled<Message, interfaces::WalletTx>(context, [&](Message::Builder b) {
            mp::CustomBuildMessage(context, tx, Message::Builder{b});
            change(b);
        });
    };
    EXPECT_ERROR("a list of the wallet transaction has a wrong size",
                 read([](Message::Builder b) { b.initTxinIsMine(3); }));
    EXPECT_ERROR("a list of the wallet transaction has a wrong size",
                 read([](Message::Builder b) { b.initTxoutIsMine(1); }));
    EXPECT_ERROR("a list of the wallet transaction has a wrong size",
                 read([](Message::Builder b) { b.initTxoutIsChange(0); }));
    EXPECT_ERROR("the wallet transaction has a wrong number of addresses",
                 read([](Message::Builder b) { b.initTxoutAddress(1); }));
    EXPECT_ERROR("a list of the wallet transaction has a wrong size",
                 read([](Message::Builder b) { b.initTxoutAddressIsMine(9); }));
    EXPECT_ERROR("a list of the wallet transaction has a wrong size",
                 read([](Message::Builder b) { b.disownTx(); }));

    TestNoise<Message>(context, tx);

    using Results = messages::Wallet::GetWalletTxsResults;
    using Result = mp::wallet_fields::Result;
    const std::set<interfaces::WalletTx> txs{tx};
    KJ_EXPECT((*Travel<Results, Result>(context, txs).begin()->tx == *tx.tx));
    EXPECT_ERROR("the wallet transaction has no transaction",
                 ReadFieldOf<std::set<interfaces::WalletTx>, Results, Result>(
                     context, [](Results::Builder b) { b.initResult(2); }));
}

KJ_TEST("coins by destination")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Results = messages::Wallet::ListCoinsResults;
    using Result = mp::wallet_fields::Result;
    interfaces::Wallet::CoinsList coins;
    for (const auto& destination : MakeDestinations()) {
        coins[destination].emplace_back(COutPoint{Txid::FromUint256(uint256{3}), 4},
                                        interfaces::WalletTxOut{CTxOut{5, CScript{} << OP_3}, 6});
        coins[destination].emplace_back(COutPoint{}, interfaces::WalletTxOut{{}, 6, -7, true});
    }
    const auto copy = Travel<Results, Result>(context, coins);
    KJ_EXPECT(copy.size() == coins.size());
    for (const auto& [destination, group] : coins) {
        const auto& other = copy.at(destination);
        KJ_EXPECT(other.size() == 2);
        KJ_EXPECT(std::get<0>(other.at(0)) == std::get<0>(group.at(0)));
        KJ_EXPECT(std::get<1>(other.at(0)).txout == std::get<1>(group.at(0)).txout);
        KJ_EXPECT(std::get<1>(other.at(1)).depth_in_main_chain == -7);
        KJ_EXPECT(std::get<1>(other.at(1)).txout.IsNull());
    }
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 ReadFieldOf<interfaces::Wallet::CoinsList, Results, Result>(
                     context, [](Results::Builder b) { b.initResult(1)[0].initCoins(1); }));
}

KJ_TEST("created transactions")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Message = messages::CreatedTransaction;
    const auto created = MakeCreatedTransaction();
    const auto words = Sent<Message>(context, created);
    capnp::FlatArrayMessageReader arrived{words};
    const auto copy = ReadCreatedTransaction(context, arrived.getRoot<Message>());
    KJ_EXPECT(*copy.tx == *created.tx);
    KJ_EXPECT(copy.fee == 250);
    KJ_EXPECT(copy.change_pos == 1U);
    KJ_EXPECT(copy.fee_calc.reason == FeeReason::REQUIRED);
    KJ_EXPECT(copy.fee_calc.best_height == 7);
    KJ_EXPECT(copy.fee_calc.est.fail.leftMempool == -1.5);
    KJ_EXPECT(copy.fee_calc.est.pass.start == 0.5);
    KJ_EXPECT(Same(Sent<Message>(context, copy), words));

    const auto read = [&](auto change) {
        capnp::MallocMessageBuilder message;
        auto builder = message.initRoot<Message>();
        mp::CustomBuildMessage(context, created, Message::Builder{builder});
        change(builder);
        return ReadCreatedTransaction(context, builder.asReader());
    };
    KJ_EXPECT(!read([](Message::Builder b) { b.setHasChangePos(false); }).change_pos);
    EXPECT_ERROR("the created transaction has no change output",
                 read([](Message::Builder b) { b.setChangePos(2); }));
    EXPECT_ERROR("SpanReader::read(): end of data: iostream error",
                 read([](Message::Builder b) { b.disownTx(); }));
}

KJ_TEST("addresses of a wallet")
{
    Pair pair;
    auto context = pair.context_of_client();
    using Message = messages::WalletAddress;
    const interfaces::WalletAddress address{MakeDestinations().back(), true,
                                            wallet::AddressPurpose::REFUND, "näme"};
    const auto words = Sent<Message>(context, address);
    capnp::FlatArrayMessageReader arrived{words};
    const auto copy = ReadWalletAddress(context, arrived.getRoot<Message>());
    KJ_EXPECT(copy.dest == address.dest);
    KJ_EXPECT(copy.is_mine);
    KJ_EXPECT(copy.purpose == address.purpose);
    KJ_EXPECT(copy.name == address.name);
    capnp::MallocMessageBuilder message;
    message.initRoot<Message>().setPurpose(3);
    EXPECT_ERROR("received a value outside of its enumeration",
                 ReadWalletAddress(context, message.getRoot<Message>().asReader()));
}
} // namespace
} // namespace mpbitcoin::test
