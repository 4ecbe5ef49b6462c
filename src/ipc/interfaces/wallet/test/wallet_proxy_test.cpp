#include <ipc/interfaces/wallet/test/served.h>
#include <scheduler.h>
#include <test/errors.h>
#include <util/strencodings.h>
#include <wallet/walletutil.h>

#include <thread>

namespace mpbitcoin::test {
namespace {
//! The prefix of an error that no result of the method carries.
const std::string REMOTE{"kj::Exception: (remote):0: failed: remote exception: std::exception: "};

bool Contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

KJ_TEST("the loader")
{
    Pair pair;
    const auto loader = pair.init->makeWalletLoader();
    CScheduler scheduler;
    pair.context.scheduler = &scheduler;
    loader->registerRpcs();
    KJ_EXPECT(loader->verify());
    KJ_EXPECT(loader->load());
    loader->start(scheduler);
    KJ_EXPECT(pair.state->scheduler == &scheduler);
    loader->setMockTime(1);
    loader->schedulerMockForward(std::chrono::seconds{5});
    loader->stop();
    KJ_EXPECT((pair.state->loader_calls.get() ==
               std::vector<std::string>{"registerRpcs", "verify", "load", "start", "setMockTime 1",
                                        "schedulerMockForward 5", "stop"}));
    KJ_EXPECT(loader->getWalletDir() == "/wallets");
    KJ_EXPECT(loader->isEncrypted("secret"));
    KJ_EXPECT((loader->listWalletDir().at(1) == std::pair<std::string, std::string>("two", "bdb")));

    std::vector<bilingual_str> warnings{{"old", "alt"}};
    auto created = loader->createWallet("main", PASSPHRASE, FLAGS, warnings);
    KJ_ASSERT(created.has_value());
    KJ_EXPECT((*created)->getWalletName() == "main");
    KJ_EXPECT(pair.state->passphrase.get() == std::string_view{PASSPHRASE});
    KJ_ASSERT(warnings.size() == 2);
    KJ_EXPECT(warnings[0].translated == "alt");
    KJ_EXPECT(warnings[1].original == "flags " + std::to_string(FLAGS));
    auto refused = loader->createWallet("", PASSPHRASE, FLAGS, warnings);
    KJ_EXPECT(!refused);
    KJ_EXPECT(util::ErrorString(refused).original == "Wallet name cannot be empty");
    EXPECT_ERROR("the wallet does not support the creation flags",
                 (void)loader->createWallet("x", {}, uint64_t{1} << 63, warnings));

    warnings.clear();
    const auto path = fs::PathFromString("/backup/\xff");
    auto restored = loader->restoreWallet(path, "name", warnings, /*load_after_restore=*/true);
    KJ_ASSERT(restored.has_value());
    KJ_EXPECT(*restored != nullptr);
    KJ_EXPECT(warnings.at(0).original == fs::PathToString(path));
    KJ_EXPECT(warnings.at(0).translated == "name");
    auto not_loaded = loader->restoreWallet(path, "name", warnings, /*load_after_restore=*/false);
    KJ_ASSERT(not_loaded.has_value());
    KJ_EXPECT(!*not_loaded);

    auto migrated = loader->migrateWallet("old", PASSPHRASE);
    KJ_ASSERT(migrated.has_value());
    KJ_EXPECT(migrated->wallet != nullptr);
    KJ_EXPECT(migrated->backup_path == fs::PathFromString("old"));
    KJ_EXPECT(migrated->watchonly_wallet_name == "");
    KJ_EXPECT(!migrated->solvables_wallet_name);
    KJ_EXPECT(util::ErrorString(loader->migrateWallet("old", {})).translated == "verschlossen");
    const auto wallets = loader->getWallets();
    KJ_ASSERT(wallets.size() == 2);
    KJ_EXPECT(wallets[1]->getConfirmTarget() == 6);
}

KJ_TEST("the loader rejects arguments that would abort a real wallet process")
{
    Pair pair;
    const auto loader = pair.init->makeWalletLoader();
    const auto calls = pair.state->loader_calls.get().size();
    EXPECT_ERROR(REMOTE + "time is out of range: use 0 to 9223372036", loader->setMockTime(-1));
    EXPECT_ERROR(REMOTE + "time is out of range: use 0 to 9223372036",
                 loader->setMockTime(int64_t{1} << 60));
    for (const int seconds : {-1, 0, 3601}) {
        EXPECT_ERROR("seconds is out of range: use 1 to 3600",
                     loader->schedulerMockForward(std::chrono::seconds{seconds}));
    }
    KJ_EXPECT(pair.state->loader_calls.get().size() == calls);
}

KJ_TEST("listeners learn of a loaded wallet")
{
    Pair pair;
    const auto loader = pair.init->makeWalletLoader();
    std::unique_ptr<interfaces::Wallet> loaded;
    auto handler = loader->handleLoadWallet(
        [&](std::unique_ptr<interfaces::Wallet> wallet) { loaded = std::move(wallet); });
    std::vector<bilingual_str> warnings;
    const auto result = loader->loadWallet("other", warnings);
    KJ_ASSERT(result.has_value());
    KJ_EXPECT((*result)->getWalletName() == "other");
    KJ_ASSERT(loaded != nullptr);
    KJ_EXPECT(loaded->getWalletName() == "other");
    handler->disconnect();
    pair.state->clear();
}

KJ_TEST("passphrases")
{
    Served served;
    auto& wallet = *served.wallet;
    KJ_EXPECT(wallet.encryptWallet(PASSPHRASE));
    KJ_EXPECT(wallet.isCrypted());
    KJ_EXPECT(wallet.unlock(PASSPHRASE));
    KJ_EXPECT(!wallet.unlock("wrong"));
    KJ_EXPECT(wallet.changeWalletPassphrase(PASSPHRASE, ""));
    KJ_EXPECT(wallet.unlock(""));
    KJ_EXPECT(wallet.lock());
    KJ_EXPECT(!wallet.isLocked());
}

KJ_TEST("addresses")
{
    Served served;
    auto& wallet = *served.wallet;
    const auto destinations = MakeDestinations();
    KJ_EXPECT(*wallet.getNewDestination(OutputType::BECH32M, "") == destinations.back());
    const auto error = wallet.getNewDestination(OutputType::LEGACY, "me");
    KJ_EXPECT(!error);
    KJ_EXPECT(util::ErrorString(error).original == "no key for me");
    KJ_EXPECT(util::ErrorString(error).translated == "kein Schlüssel");
    const CPubKey key{
        ParseHex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798")};
    CPubKey found;
    KJ_EXPECT(wallet.getPubKey(CScript{} << ToByteVector(key), key.GetID(), found));
    KJ_EXPECT(found == key);
    std::string signature;
    const PKHash hash{key};
    KJ_EXPECT(wallet.signMessage("message", hash, signature) == SigningResult::SIGNING_FAILED);
    KJ_EXPECT(signature == "message" + hash.ToString());
    KJ_EXPECT(wallet.isSpendable(destinations.back()));
    KJ_EXPECT(!wallet.isSpendable(destinations.front()));
    KJ_EXPECT(wallet.setAddressBook(hash, "set", wallet::AddressPurpose::REFUND));
    KJ_EXPECT(wallet.setAddressBook(hash, "not set", std::nullopt));
    KJ_EXPECT(wallet.delAddressBook(hash));
    std::string name;
    auto purpose = wallet::AddressPurpose::REFUND;
    KJ_EXPECT(wallet.getAddress(hash, &name, &purpose));
    KJ_EXPECT(name == "an address");
    KJ_EXPECT(purpose == wallet::AddressPurpose::SEND);
    KJ_EXPECT(wallet.getAddress(hash, nullptr, nullptr));
    KJ_EXPECT(!wallet.getAddress(CNoDestination{}, &name, &purpose));
    KJ_EXPECT(name.empty());
    const auto addresses = wallet.getAddresses();
    KJ_ASSERT(addresses.size() == destinations.size());
    KJ_EXPECT(addresses[3].dest == destinations[3]);
    KJ_EXPECT((wallet.getAddressReceiveRequests() == std::vector<std::string>{"one", ""}));
    KJ_EXPECT(wallet.setAddressReceiveRequest(hash, "id", std::string{"a\0b", 3}));
    KJ_EXPECT(wallet.displayAddress(hash).has_value());
    KJ_EXPECT(util::ErrorString(wallet.displayAddress(CNoDestination{})).original == "no signer");
}

KJ_TEST("errors have their texts")
{
    Served served;
    auto& wallet = *served.wallet;
    wallet.commitTransaction(MakeTransaction(), {}, {});
    const Txid txid{MakeTransaction()->GetHash()};
    EXPECT_ERROR("no room for file", wallet.backupWallet("file"));
    EXPECT_ERROR("tx is missing", wallet.commitTransaction(nullptr, {}, {}));
    EXPECT_ERROR("the wallet does not have the transaction", wallet.abandonTransaction(Txid{}));
    EXPECT_ERROR("the transaction does not have the output", wallet.getCoins({{txid, 2}}));
    EXPECT_ERROR("txBytes is out of range: use 0 to 2147483647", wallet.getRequiredFee(0x80000000));
    EXPECT_ERROR("callback is missing", wallet.handleUnload({}));
    const std::vector<wallet::CRecipient> rich{{CNoDestination{}, MAX_MONEY, false},
                                               {CNoDestination{}, 1, false}};
    EXPECT_ERROR("the sum of the amounts is out of range",
                 (void)wallet.createTransaction(rich, {}, true, {}));
    EXPECT_ERROR(REMOTE + "received a value outside of its enumeration",
                 (void)wallet.getNewDestination(static_cast<OutputType>(9), ""));
}

KJ_TEST("listeners learn of changes of a wallet")
{
    Served served;
    auto& wallet = *served.wallet;
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
    KJ_EXPECT(wallet.canGetAddresses());
    KJ_EXPECT(wallet.taprootEnabled());
    KJ_EXPECT(unloads == 2);
    KJ_EXPECT(progress == 2);
    KJ_EXPECT(statuses == 2);
    KJ_EXPECT(addresses == 2);
    KJ_EXPECT(txs == 2);
    KJ_EXPECT(keys == 2);
    for (auto& handler : handlers) {
        handler->disconnect();
    }
    KJ_EXPECT(served.pair.state->disconnected == 6);
}

KJ_TEST("the client leaves during a call, while the wallet has its callbacks")
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
    KJ_EXPECT(error == "IPC client method call interrupted by disconnect.", error.c_str());
    pair.state->slow_may_end.set_value();
    pair.state->unload.call();
    EXPECT_ERROR("IPC client method called after disconnect.", wallet->isCrypted());
}

KJ_TEST("a client calls an object that it has destroyed")
{
    Pair pair;
    auto loader = pair.init->makeWalletLoader();
    auto wallet = Created(*loader);
    auto& client = dynamic_cast<mp::ProxyClient<messages::Wallet>&>(*wallet);
    mp::ProxyClient<messages::Wallet>::destroy(client);
    KJ_EXPECT(pair.state->destroyed == 1);
    EXPECT_ERROR(REMOTE + "IPC method called after destroy", wallet->isCrypted());
    EXPECT_ERROR(REMOTE + "IPC method called after destroy", wallet->getWalletName());
    EXPECT_ERROR("IPC method called after destroy", wallet->getRequiredFee(1));
}

KJ_TEST("a wallet is removed and destroyed with the client object")
{
    Served served;
    const auto& state = *served.pair.state;
    served.wallet->abortRescan();
    served.wallet->remove();
    KJ_EXPECT(state.rescan_aborted);
    KJ_EXPECT(state.removed);
    KJ_EXPECT(state.destroyed == 0);
    served.wallet.reset();
    KJ_EXPECT(state.destroyed == 1);
}

KJ_TEST("the log contains messages but no passphrases")
{
    Served served;
    KJ_EXPECT(served.wallet->unlock(PASSPHRASE));
    EXPECT_ERROR("no room for file", served.wallet->backupWallet("file"));
    const std::string log{served.pair.log()};
    KJ_EXPECT(Contains(log, "passphrase = <opaque pointer>"));
    KJ_EXPECT(Contains(log, "no room for file"));
    KJ_EXPECT(!Contains(log, PASSPHRASE));
    KJ_EXPECT(!Contains(log, "horse"));
}
} // namespace
} // namespace mpbitcoin::test
