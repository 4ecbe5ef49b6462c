#include <ipc/interfaces/wallet/test/connection.h>
#include <ipc/interfaces/wallet/test/travel.h>
#include <ipc/test/check.h>

#include <csignal>

// What arrives is what was sent, and what is malformed raises an exception.

using namespace mpbitcoin;       // the code under test
using namespace mpbitcoin::test; // and what it is tested with

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace {
void TestDestinations(mp::InvokeContext& context)
{
    for (const auto& destination : MakeDestinations()) {
        CTxDestination copy{PayToAnchor{}};
        Read<messages::TxDestination>(context, Sent<messages::TxDestination>(context, destination),
                                      copy);
        CHECK(copy.index() == destination.index());
        CHECK(copy == destination);
    }
    using Builder = messages::TxDestination::Builder;
    const auto read = [&](auto fill) {
        return ReadFilled<messages::TxDestination, CTxDestination>(context, fill);
    };
    CHECK(read([](Builder) {}) == CTxDestination{CNoDestination{}});
    CHECK(read([](Builder b) { b.setPubKey(View(SHORT)); }) ==
          CTxDestination{PubKeyDestination{CPubKey{}}});
    CHECK_THROWS(std::runtime_error, read([](Builder b) { b.setPubKeyHash(View(SHORT)); }));
    CHECK_THROWS(std::runtime_error, read([](Builder b) { b.setScriptHash(nullptr); }));
    CHECK_THROWS(std::runtime_error, read([](Builder b) { b.setWitnessV0KeyHash(View(SHORT)); }));
    CHECK_THROWS(std::runtime_error,
                 read([](Builder b) { b.setWitnessV0ScriptHash(View(SHORT)); }));
    CHECK_THROWS(std::runtime_error, read([](Builder b) { b.setWitnessV1Taproot(View(SHORT)); }));
    CHECK_THROWS(std::runtime_error,
                 read([](Builder b) { b.initWitnessUnknown().setVersion(17); }));
    TestNoise<messages::TxDestination>(context, MakeDestinations().back());
}

void TestTransactions(mp::InvokeContext& context)
{
    using Message = messages::Wallet::SignBumpTransactionParams;
    using Field = mp::wallet_fields::Tx;
    const CMutableTransaction tx{*MakeTransaction()};
    CHECK(CTransaction{Travel<Message, Field>(context, tx)} == CTransaction{tx});
    CHECK(CTransaction{Travel<Message, Field>(context, tx)}.GetWitnessHash() ==
          CTransaction{tx}.GetWitnessHash());
    const CMutableTransaction empty;
    CHECK(CTransaction{Travel<Message, Field>(context, empty)} == CTransaction{empty});
    CMutableTransaction no_inputs{tx};
    no_inputs.vin.clear();
    CHECK_THROWS(std::exception, Travel<Message, Field>(context, no_inputs));

    using Builder = Message::Builder;
    const auto read = [&](auto fill) {
        return ReadFieldOf<CMutableTransaction, Message, Field>(context, fill);
    };
    CHECK_THROWS(std::exception, read([](Builder) {}));
    CHECK_THROWS(std::exception, read([](Builder b) { b.setTx(View(SHORT)); }));
    CHECK_THROWS(std::exception, read([&](Builder b) {
                     auto bytes = Serialized(TX_WITH_WITNESS(tx));
                     bytes.push_back(0);
                     b.setTx(View(bytes));
                 }));
}

void TestPsbts(mp::InvokeContext& context)
{
    using Message = messages::Wallet::FillPSBTParams;
    using Field = mp::wallet_fields::Psbt;
    PartiallySignedTransaction psbt{CMutableTransaction{*MakeTransaction()}};
    for (auto& input : psbt.tx->vin) {
        input.scriptSig.clear();
        input.scriptWitness.SetNull();
    }
    psbt.inputs[0].witness_utxo = CTxOut{COIN, CScript{} << OP_TRUE};
    psbt.unknown[{0x70}] = {1, 2};
    const auto copy = Travel<Message, Field>(context, psbt);
    CHECK(Serialized(copy) == Serialized(psbt));
    CHECK_THROWS(std::exception, Travel<Message, Field>(context, PartiallySignedTransaction{}));
    CHECK_THROWS(std::exception, ReadFieldOf<PartiallySignedTransaction, Message, Field>(
                                     context, [](Message::Builder b) { b.setPsbt(View(SHORT)); }));
}

void TestSecrets(mp::InvokeContext& context)
{
    using Encrypt = messages::Wallet::EncryptWalletParams;
    using Passphrase = mp::wallet_fields::Passphrase;
    const SecureString secret{"pass\0phrase", 11};
    CHECK(Travel<Encrypt, Passphrase>(context, secret) == secret);
    CHECK(Travel<Encrypt, Passphrase>(context, SecureString{}).empty());
    CHECK(ReadFieldOf<SecureString, Encrypt, Passphrase>(context, [](Encrypt::Builder) {}).empty());
    capnp::MallocMessageBuilder message;
    auto encrypt = message.initRoot<Encrypt>();
    BuildSecret(secret, encrypt.initPassphrase());
    CHECK(std::string{encrypt.toString().flatten().cStr()}.find("pass\\000") == std::string::npos);
    CHECK(TakeSecret(encrypt.asReader().getPassphrase()) == secret);
    // It was wiped as it was read.
    CHECK(TakeSecret(encrypt.asReader().getPassphrase()) == SecureString(secret.size(), '\0'));
}

void TestSmallTypes(mp::InvokeContext& context)
{
    using Sign = messages::Wallet::SignMessageParams;
    const PKHash hash{uint160{std::vector<unsigned char>(20, 9)}};
    CHECK(Travel<Sign, mp::wallet_fields::PkHash>(context, hash) == hash);
    CHECK_THROWS(std::exception, ReadFieldOf<PKHash, Sign, mp::wallet_fields::PkHash>(
                                     context, [](Sign::Builder b) { b.setPkHash(View(SHORT)); }));

    using Restore = messages::WalletLoader::RestoreWalletParams;
    using BackupFile = mp::wallet_loader_fields::BackupFile;
    const fs::path path{fs::PathFromString("/not/\xff\xfe unicode")};
    CHECK(Travel<Restore, BackupFile>(context, path) == path);
    CHECK(Travel<Restore, BackupFile>(context, fs::path{}).empty());
    CHECK_THROWS(std::exception,
                 ReadFieldOf<fs::path, Restore, BackupFile>(context, [](Restore::Builder b) {
                     b.setBackupFile(View(std::vector<unsigned char>(2, 0)));
                 }));

    using Status = messages::TransactionChangedFn::CallParams;
    const auto status = [&](int value) {
        return ReadFieldOf<ChangeType, Status, mp::wallet_fields::Status, false>(
            context, [=](Status::Builder b) { b.setStatus(value); });
    };
    CHECK(status(CT_NEW) == CT_NEW && status(CT_DELETED) == CT_DELETED);
    CHECK_THROWS(std::exception, status(-1));
    CHECK_THROWS(std::exception, status(3));
    using Type = messages::Wallet::GetNewDestinationParams;
    CHECK_THROWS(std::exception, ReadFieldOf<OutputType, Type, mp::wallet_fields::Type, false>(
                                     context, [](Type::Builder b) { b.setType(5); }));
}

void TestWalletTxs(mp::InvokeContext& context)
{
    using Message = messages::WalletTx;
    const auto tx = MakeWalletTx();
    const auto words = Sent<Message>(context, tx);
    interfaces::WalletTx copy{};
    Read<Message>(context, words, copy);
    CHECK(*copy.tx == *tx.tx && copy.txout_address == tx.txout_address);
    CHECK(copy.txin_is_mine == tx.txin_is_mine && copy.value_map == tx.value_map);
    CHECK(Same(Sent<Message>(context, copy), words));
    CHECK(!ReadFilled<Message, interfaces::WalletTx>(context, [](Message::Builder) {}).tx);

    const auto read = [&](auto change) {
        return ReadFilled<Message, interfaces::WalletTx>(context, [&](Message::Builder b) {
            mp::CustomBuildMessage(context, tx, Message::Builder{b});
            change(b);
        });
    };
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.initTxinIsMine(3); }));
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.initTxoutIsMine(1); }));
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.initTxoutIsChange(0); }));
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.initTxoutAddress(1); }));
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.initTxoutAddressIsMine(9); }));
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.disownTx(); }));

    TestNoise<Message>(context, tx);

    using Results = messages::Wallet::GetWalletTxsResults;
    using Result = mp::wallet_fields::Result;
    const std::set<interfaces::WalletTx> txs{tx};
    CHECK(*Travel<Results, Result>(context, txs).begin()->tx == *tx.tx);
    CHECK_THROWS(std::exception, ReadFieldOf<std::set<interfaces::WalletTx>, Results, Result>(
                                     context, [](Results::Builder b) { b.initResult(2); }));
}

void TestCoins(mp::InvokeContext& context)
{
    using Results = messages::Wallet::ListCoinsResults;
    using Result = mp::wallet_fields::Result;
    interfaces::Wallet::CoinsList coins;
    for (const auto& destination : MakeDestinations()) {
        coins[destination].emplace_back(COutPoint{Txid::FromUint256(uint256{3}), 4},
                                        interfaces::WalletTxOut{CTxOut{5, CScript{} << OP_3}, 6});
        coins[destination].emplace_back(COutPoint{}, interfaces::WalletTxOut{{}, 6, -7, true});
    }
    const auto copy = Travel<Results, Result>(context, coins);
    CHECK(copy.size() == coins.size());
    for (const auto& [destination, group] : coins) {
        const auto& other = copy.at(destination);
        CHECK(other.size() == 2);
        CHECK(std::get<0>(other.at(0)) == std::get<0>(group.at(0)));
        CHECK(std::get<1>(other.at(0)).txout == std::get<1>(group.at(0)).txout);
        CHECK(std::get<1>(other.at(1)).depth_in_main_chain == -7);
        CHECK(std::get<1>(other.at(1)).txout.IsNull());
    }
    CHECK_THROWS(std::exception,
                 ReadFieldOf<interfaces::Wallet::CoinsList, Results, Result>(
                     context, [](Results::Builder b) { b.initResult(1)[0].initCoins(1); }));
}

void TestCreatedTransaction(mp::InvokeContext& context)
{
    using Message = messages::CreatedTransaction;
    const auto created = MakeCreatedTransaction();
    const auto words = Sent<Message>(context, created);
    capnp::FlatArrayMessageReader arrived{words};
    const auto copy = ReadCreatedTransaction(context, arrived.getRoot<Message>());
    CHECK(*copy.tx == *created.tx && copy.fee == 250 && copy.change_pos == 1U);
    CHECK(copy.fee_calc.reason == FeeReason::REQUIRED && copy.fee_calc.best_height == 7);
    CHECK(copy.fee_calc.est.fail.leftMempool == -1.5 && copy.fee_calc.est.pass.start == 0.5);
    CHECK(Same(Sent<Message>(context, copy), words));

    const auto read = [&](auto change) {
        capnp::MallocMessageBuilder message;
        auto builder = message.initRoot<Message>();
        mp::CustomBuildMessage(context, created, Message::Builder{builder});
        change(builder);
        return ReadCreatedTransaction(context, builder.asReader());
    };
    CHECK(!read([](Message::Builder b) { b.setHasChangePos(false); }).change_pos);
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.setChangePos(2); }));
    CHECK_THROWS(std::exception, read([](Message::Builder b) { b.disownTx(); }));
}

void TestAddresses(mp::InvokeContext& context)
{
    using Message = messages::WalletAddress;
    const interfaces::WalletAddress address{MakeDestinations().back(), true,
                                            wallet::AddressPurpose::REFUND, "näme"};
    const auto words = Sent<Message>(context, address);
    capnp::FlatArrayMessageReader arrived{words};
    const auto copy = ReadWalletAddress(context, arrived.getRoot<Message>());
    CHECK(copy.dest == address.dest && copy.is_mine && copy.purpose == address.purpose);
    CHECK(copy.name == address.name);
    capnp::MallocMessageBuilder message;
    message.initRoot<Message>().setPurpose(3);
    CHECK_THROWS(std::exception, ReadWalletAddress(context, message.getRoot<Message>().asReader()));
}
} // namespace

int main()
{
    // As in the processes that these tests stand for.
    std::signal(SIGPIPE, SIG_IGN);
    {
        Pair pair;
        auto context = pair.context_of_client();
        TestDestinations(context);
        TestTransactions(context);
        TestPsbts(context);
        TestSecrets(context);
        TestSmallTypes(context);
        TestWalletTxs(context);
        TestCoins(context);
        TestCreatedTransaction(context);
        TestAddresses(context);
        TestCoinControl(context);
    }
    TestProxies();
    return mpbitcoin::test::Result();
}
