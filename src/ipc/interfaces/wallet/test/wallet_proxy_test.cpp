#include <ipc/interfaces/wallet/test/connection.h>
#include <ipc/test/check.h>
#include <scheduler.h>
#include <util/strencodings.h>
#include <wallet/walletutil.h>

#include <thread>

namespace mpbitcoin::test {
namespace {
constexpr uint64_t FLAGS{wallet::WALLET_FLAG_DESCRIPTORS};
const SecureString PASSPHRASE{"correct horse battery staple"};

//! What a statement's std::exception says.
template <typename Fn>
std::string ErrorOf(Fn fn)
{
    try {
        fn();
    } catch (const std::exception& e) {
        return e.what();
    }
    return "no error";
}

bool Contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

std::unique_ptr<interfaces::Wallet> Created(interfaces::WalletLoader& loader)
{
    std::vector<bilingual_str> warnings;
    auto result = loader.createWallet("main", PASSPHRASE, FLAGS, warnings);
    CHECK(result.has_value());
    return std::move(*result);
}

void TestLoader(Pair& pair, interfaces::WalletLoader& loader)
{
    CScheduler scheduler;
    pair.context.scheduler = &scheduler;
    loader.registerRpcs();
    CHECK(loader.verify() && loader.load());
    loader.start(scheduler);
    CHECK(pair.state->scheduler == &scheduler);
    loader.setMockTime(1);
    loader.schedulerMockForward(std::chrono::seconds{5});
    loader.stop();
    CHECK((pair.state->loader_calls.get() ==
           std::vector<std::string>{"registerRpcs", "verify", "load", "start", "setMockTime 1",
                                    "schedulerMockForward 5", "stop"}));
    CHECK(loader.getWalletDir() == "/wallets" && loader.isEncrypted("secret"));
    CHECK(loader.listWalletDir().at(1) == std::pair<std::string, std::string>("two", "bdb"));

    std::vector<bilingual_str> warnings{{"old", "alt"}};
    auto created = loader.createWallet("main", PASSPHRASE, FLAGS, warnings);
    CHECK(created && (*created)->getWalletName() == "main");
    CHECK(pair.state->passphrase.get() == std::string_view{PASSPHRASE});
    CHECK(warnings.size() == 2 && warnings[0].translated == "alt");
    CHECK(warnings[1].original == "flags " + std::to_string(FLAGS));
    auto refused = loader.createWallet("", PASSPHRASE, FLAGS, warnings);
    CHECK(!refused && util::ErrorString(refused).original == "Wallet name cannot be empty");
    CHECK(
        Contains(ErrorOf([&] { (void)loader.createWallet("x", {}, uint64_t{1} << 63, warnings); }),
                 "flags"));

    warnings.clear();
    const auto path = fs::PathFromString("/backup/\xff");
    auto restored = loader.restoreWallet(path, "name", warnings, /*load_after_restore=*/true);
    CHECK(restored && *restored && warnings.at(0).original == fs::PathToString(path));
    CHECK(warnings.at(0).translated == "name");
    auto not_loaded = loader.restoreWallet(path, "name", warnings, /*load_after_restore=*/false);
    CHECK(not_loaded && !*not_loaded);

    auto migrated = loader.migrateWallet("old", PASSPHRASE);
    CHECK(migrated && migrated->wallet && migrated->backup_path == fs::PathFromString("old"));
    CHECK(migrated->watchonly_wallet_name == "" && !migrated->solvables_wallet_name);
    CHECK(util::ErrorString(loader.migrateWallet("old", {})).translated == "verschlossen");
    const auto wallets = loader.getWallets();
    CHECK(wallets.size() == 2 && wallets[1]->getConfirmTarget() == 6);
}

//! What would abort a real wallet process.
void TestLoaderRefuses(Pair& pair, interfaces::WalletLoader& loader)
{
    const auto calls = pair.state->loader_calls.get().size();
    CHECK(Contains(ErrorOf([&] { loader.setMockTime(-1); }), "out of range"));
    CHECK(Contains(ErrorOf([&] { loader.setMockTime(int64_t{1} << 60); }), "out of range"));
    for (const int seconds : {-1, 0, 3601}) {
        const std::string error{
            ErrorOf([&] { loader.schedulerMockForward(std::chrono::seconds{seconds}); })};
        CHECK(Contains(error, "out of range"));
    }
    CHECK(pair.state->loader_calls.get().size() == calls);
}

void TestLoadCallback(Pair& pair, interfaces::WalletLoader& loader)
{
    std::unique_ptr<interfaces::Wallet> loaded;
    auto handler = loader.handleLoadWallet(
        [&](std::unique_ptr<interfaces::Wallet> wallet) { loaded = std::move(wallet); });
    std::vector<bilingual_str> warnings;
    const auto result = loader.loadWallet("other", warnings);
    CHECK(result && (*result)->getWalletName() == "other");
    CHECK(loaded && loaded->getWalletName() == "other");
    handler->disconnect();
    pair.state->clear();
}

void TestSecrets(interfaces::Wallet& wallet)
{
    CHECK(wallet.encryptWallet(PASSPHRASE) && wallet.isCrypted());
    CHECK(wallet.unlock(PASSPHRASE) && !wallet.unlock("wrong"));
    CHECK(wallet.changeWalletPassphrase(PASSPHRASE, "") && wallet.unlock(""));
    CHECK(wallet.lock() && !wallet.isLocked());
}

void TestAddresses(interfaces::Wallet& wallet)
{
    const auto destinations = MakeDestinations();
    CHECK(*wallet.getNewDestination(OutputType::BECH32M, "") == destinations.back());
    const auto error = wallet.getNewDestination(OutputType::LEGACY, "me");
    CHECK(!error && util::ErrorString(error).original == "no key for me");
    CHECK(util::ErrorString(error).translated == "kein Schlüssel");
    const CPubKey key{
        ParseHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")};
    CPubKey found;
    CHECK(wallet.getPubKey(CScript{} << ToByteVector(key), key.GetID(), found) && found == key);
    std::string signature;
    const PKHash hash{key};
    CHECK(wallet.signMessage("message", hash, signature) == SigningResult::SIGNING_FAILED);
    CHECK(signature == "message" + hash.ToString());
    CHECK(wallet.isSpendable(destinations.back()) && !wallet.isSpendable(destinations.front()));
    CHECK(wallet.setAddressBook(hash, "set", wallet::AddressPurpose::REFUND));
    CHECK(wallet.setAddressBook(hash, "not set", std::nullopt) && wallet.delAddressBook(hash));
    std::string name;
    auto purpose = wallet::AddressPurpose::REFUND;
    CHECK(wallet.getAddress(hash, &name, &purpose) && name == "an address");
    CHECK(purpose == wallet::AddressPurpose::SEND && wallet.getAddress(hash, nullptr, nullptr));
    CHECK(!wallet.getAddress(CNoDestination{}, &name, &purpose) && name.empty());
    const auto addresses = wallet.getAddresses();
    CHECK(addresses.size() == destinations.size() && addresses[3].dest == destinations[3]);
    CHECK((wallet.getAddressReceiveRequests() == std::vector<std::string>{"one", ""}));
    CHECK(wallet.setAddressReceiveRequest(hash, "id", std::string{"a\0b", 3}));
    CHECK(wallet.displayAddress(hash).has_value());
    CHECK(util::ErrorString(wallet.displayAddress(CNoDestination{})).original == "no signer");
}

void TestMaking(Pair& pair, interfaces::Wallet& wallet)
{
    const auto destinations = MakeDestinations();
    const auto control = MakeCoinControl();
    const std::vector<wallet::CRecipient> recipients{{destinations[4], 5, true},
                                                     {destinations[9], -1, false}};
    const auto created = wallet.createTransaction(recipients, control, /*sign=*/true, 3);
    CHECK(created && *created->tx == *MakeTransaction() && created->change_pos == 1U);
    const auto arrived = pair.state->recipients.get();
    CHECK(arrived.size() == 2 && arrived[0].dest == destinations[4] && arrived[0].nAmount == 5);
    CHECK(arrived[0].fSubtractFeeFromAmount && arrived[1].nAmount == -1);
    CHECK(pair.state->coin_control.get()->ListSelected() == control.ListSelected());
    CHECK(pair.state->change_pos.get() == 3U);
    const auto poor = wallet.createTransaction({}, control, /*sign=*/false, std::nullopt);
    CHECK(!poor && util::ErrorString(poor).translated == "zu wenig" &&
          !pair.state->change_pos.get());

    wallet.commitTransaction(MakeTransaction(), {{"comment", "x"}}, {{"b", "2"}, {"a", "1"}});
    CHECK(*pair.state->tx.get() == *MakeTransaction() &&
          pair.state->value_map.get().at("comment") == "x");
    CHECK(pair.state->order_form.get().at(0).first == "b");
    const Txid txid{pair.state->tx.get()->GetHash()};
    CHECK(wallet.transactionCanBeAbandoned(txid) && wallet.abandonTransaction(txid));
    CHECK(wallet.transactionCanBeBumped(txid) && !wallet.transactionCanBeBumped(Txid{}));
}

void TestBumping(interfaces::Wallet& wallet)
{
    const auto control = MakeCoinControl();
    const Txid txid{MakeTransaction()->GetHash()};
    std::vector<bilingual_str> errors;
    CAmount old_fee{0}, new_fee{0};
    CMutableTransaction tx;
    CHECK(wallet.createBumpTransaction(txid, control, errors, old_fee, new_fee, tx));
    CHECK(old_fee == 1 && new_fee == 2 && tx.GetHash() == txid && errors.empty());
    CHECK(wallet.signBumpTransaction(tx) && tx.vin[0].scriptWitness.stack.size() == 1);
    Txid bumped;
    CHECK(wallet.commitBumpTransaction(txid, CMutableTransaction{tx}, errors, bumped));
    CHECK(bumped == tx.GetHash());
    CHECK(!wallet.createBumpTransaction(Txid{}, control, errors, old_fee, new_fee, tx));
    CHECK(errors.size() == 1 && errors[0].translated == "unbekannt" && tx.vin.empty());
}

void TestPsbt(interfaces::Wallet& wallet)
{
    CMutableTransaction tx{*MakeTransaction()};
    for (auto& input : tx.vin) {
        input.scriptSig.clear();
        input.scriptWitness.SetNull();
    }
    PartiallySignedTransaction psbt{tx};
    bool complete{false};
    size_t signed_inputs{1};
    CHECK(!wallet.fillPSBT(5, true, true, &signed_inputs, psbt, complete));
    CHECK(complete && signed_inputs == 3);
    CHECK(psbt.inputs.at(0).redeem_script == CScript{} << 5);
    CHECK(!wallet.fillPSBT(std::nullopt, true, true, nullptr, psbt, complete));
    CHECK(wallet.fillPSBT(std::nullopt, false, true, nullptr, psbt, complete) ==
          common::PSBTError::SIGHASH_MISMATCH);
}

void TestTransactions(interfaces::Wallet& wallet)
{
    const Txid txid{MakeTransaction()->GetHash()};
    CHECK(*wallet.getTx(txid) == *MakeTransaction() && !wallet.getTx(Txid{}));
    CHECK(wallet.getWalletTx(txid).value_map == MakeWalletTx().value_map);
    CHECK(!wallet.getWalletTx(Txid{}).tx && wallet.getWalletTxs().size() == 2);
    interfaces::WalletTxStatus status{};
    int num_blocks{0};
    int64_t block_time{0};
    CHECK(wallet.tryGetTxStatus(txid, status, num_blocks, block_time));
    CHECK(status.block_height == -1 && status.depth_in_main_chain == -3 && status.lock_time == 5);
    CHECK(status.is_trusted && !status.is_abandoned && status.is_coinbase);
    CHECK(num_blocks == 8 && block_time == -9);
    CHECK(!wallet.tryGetTxStatus(Txid{}, status, num_blocks, block_time));
    interfaces::WalletOrderForm order_form{{"old", "old"}};
    bool in_mempool{false};
    CHECK(wallet.getWalletTxDetails(txid, status, order_form, in_mempool, num_blocks).tx);
    CHECK(order_form.size() == 3 && order_form[0].second == "2" && in_mempool);
}

void TestCoinsAndFees(interfaces::Wallet& wallet)
{
    const Txid txid{MakeTransaction()->GetHash()};
    CHECK(wallet.lockCoin({txid, 7}, true) && wallet.unlockCoin({txid, 7}));
    CHECK(!wallet.isLockedCoin({txid, 8}));
    std::vector<COutPoint> locked{{txid, 1}};
    wallet.listLockedCoins(locked);
    CHECK((locked == std::vector<COutPoint>{{txid, 1}, {txid, 7}}));
    CHECK(wallet.getBalances().nonmempool_balance == 5 && wallet.getBalance() == MAX_MONEY);
    interfaces::WalletBalances balances;
    uint256 block_hash;
    CHECK(wallet.tryGetBalances(balances, block_hash) && balances.unconfirmed_balance == 2);
    CHECK(block_hash == uint256{9} && wallet.getAvailableBalance(MakeCoinControl()) == 1);
    CTxIn input;
    input.nSequence = 3;
    const CTxOut output{4, CScript{}};
    CHECK(wallet.txinIsMine(input) && wallet.txoutIsMine(output));
    CHECK(wallet.getDebit(input) == 3 && wallet.getCredit(output) == 4);
    const auto coins = wallet.listCoins();
    CHECK(coins.size() == MakeDestinations().size() && coins.begin()->second.size() >= 1);
    CHECK(std::get<1>(coins.begin()->second[0]).txout.nValue == 6);
    CHECK(wallet.getCoins({{txid, 1}, {Txid{}, 99}}).size() == 2);
    CHECK(wallet.getRequiredFee(5) == 10);
    int target{0};
    auto reason = FeeReason::FALLBACK;
    CHECK(wallet.getMinimumFee(5, MakeCoinControl(), &target, &reason) == 5 && target == 6);
    CHECK(reason == FeeReason::REQUIRED);
    // The wallet left it alone.
    CHECK(wallet.getMinimumFee(1, {}, nullptr, &reason) == 1 && reason == FeeReason::NONE);
    CHECK(wallet.hdEnabled() && wallet.privateKeysDisabled() && wallet.hasExternalSigner());
    CHECK(wallet.getDefaultAddressType() == OutputType::P2SH_SEGWIT);
    CHECK(wallet.getDefaultMaxTxFee() == COIN);
}

void TestRefused(interfaces::Wallet& wallet)
{
    const Txid txid{MakeTransaction()->GetHash()};
    CHECK(ErrorOf([&] { wallet.backupWallet("file"); }) == "no room for file");
    CHECK(Contains(ErrorOf([&] { wallet.commitTransaction(nullptr, {}, {}); }), "missing"));
    CHECK(Contains(ErrorOf([&] { wallet.abandonTransaction(Txid{}); }), "no such transaction"));
    CHECK(Contains(ErrorOf([&] { wallet.getCoins({{txid, 2}}); }), "no such output"));
    CHECK(Contains(ErrorOf([&] { wallet.getRequiredFee(0x80000000); }), "out of range"));
    CHECK(Contains(ErrorOf([&] { wallet.handleUnload({}); }), "callback is missing"));
    const std::vector<wallet::CRecipient> rich{{CNoDestination{}, MAX_MONEY, false},
                                               {CNoDestination{}, 1, false}};
    CHECK(Contains(ErrorOf([&] { (void)wallet.createTransaction(rich, {}, true, {}); }), "range"));
    CHECK(Contains(ErrorOf([&] { (void)wallet.getNewDestination(static_cast<OutputType>(9), ""); }),
                   "enumeration"));
}

void TestNotifications(Pair& pair, interfaces::Wallet& wallet)
{
    std::atomic<int> unloads{0}, progress{0}, statuses{0}, addresses{0}, txs{0}, keys{0};
    std::vector<std::unique_ptr<interfaces::Handler>> handlers;
    handlers.push_back(wallet.handleUnload([&] { ++unloads; }));
    handlers.push_back(wallet.handleShowProgress([&](const std::string& title, int percent) {
        progress += title == "Rescanning…" && percent == 50;
    }));
    handlers.push_back(wallet.handleStatusChanged([&] { ++statuses; }));
    handlers.push_back(wallet.handleAddressBookChanged(
        [&](const CTxDestination& address, const std::string& label, bool is_mine,
            wallet::AddressPurpose purpose, ChangeType status) {
            addresses += address == MakeDestinations().back() && label == "label" && is_mine &&
                         purpose == wallet::AddressPurpose::SEND && status == CT_DELETED;
        }));
    handlers.push_back(wallet.handleTransactionChanged([&](const Txid& txid, ChangeType status) {
        txs += txid == MakeTransaction()->GetHash() && status == CT_UPDATED;
    }));
    handlers.push_back(wallet.handleCanGetAddressesChanged([&] { ++keys; }));
    CHECK(wallet.canGetAddresses() && wallet.taprootEnabled());
    CHECK(unloads == 2 && progress == 2 && statuses == 2);
    CHECK(addresses == 2 && txs == 2 && keys == 2);
    for (auto& handler : handlers) {
        handler->disconnect();
    }
    CHECK(pair.state->disconnected == 6);
}

//! The client goes in the middle of a call, and while the wallet has callbacks of it.
void TestDisconnect()
{
    Pair pair;
    auto loader = pair.init->makeWalletLoader();
    auto wallet = Created(*loader);
    auto handler = wallet->handleUnload([] {});
    std::string error;
    std::thread caller{[&] { error = ErrorOf([&] { wallet->backupWallet("slow"); }); }};
    pair.state->slow_begun.get_future().wait();
    pair.disconnect();
    caller.join();
    CHECK(Contains(error, "disconnect"));
    pair.state->slow_may_end.set_value();
    pair.state->unload.call();
    CHECK(Contains(ErrorOf([&] { wallet->isCrypted(); }), "disconnect"));
}

//! A client that goes on to call what it has destroyed.
void TestDestroyed()
{
    Pair pair;
    auto loader = pair.init->makeWalletLoader();
    auto wallet = Created(*loader);
    auto& client = dynamic_cast<mp::ProxyClient<messages::Wallet>&>(*wallet);
    mp::ProxyClient<messages::Wallet>::destroy(client);
    CHECK(pair.state->destroyed == 1);
    CHECK(Contains(ErrorOf([&] { wallet->isCrypted(); }), "after destroy"));
    CHECK(Contains(ErrorOf([&] { wallet->getWalletName(); }), "after destroy"));
    CHECK(Contains(ErrorOf([&] { wallet->getRequiredFee(1); }), "after destroy"));
}
} // namespace

void TestProxies()
{
    TestDisconnect();
    TestDestroyed();
    Pair pair;
    auto loader = pair.init->makeWalletLoader();
    TestLoader(pair, *loader);
    TestLoaderRefuses(pair, *loader);
    TestLoadCallback(pair, *loader);
    auto wallet = Created(*loader);
    TestSecrets(*wallet);
    TestAddresses(*wallet);
    TestMaking(pair, *wallet);
    TestBumping(*wallet);
    TestPsbt(*wallet);
    TestTransactions(*wallet);
    TestCoinsAndFees(*wallet);
    TestRefused(*wallet);
    TestNotifications(pair, *wallet);
    wallet->abortRescan();
    wallet->remove();
    CHECK(pair.state->rescan_aborted && pair.state->removed);
    const int destroyed{pair.state->destroyed};
    wallet.reset();
    CHECK(pair.state->destroyed == destroyed + 1);

    // Messages are in this log, passphrases are not.
    const std::string log{pair.log()};
    CHECK(Contains(log, "passphrase = <opaque pointer>") && Contains(log, "zu wenig"));
    CHECK(!Contains(log, PASSPHRASE) && !Contains(log, "horse"));
}
} // namespace mpbitcoin::test
