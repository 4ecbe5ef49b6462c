#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_TEST_FAKE_WALLET_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_TEST_FAKE_WALLET_H

#include <interfaces/handler.h>
#include <interfaces/wallet.h>
#include <psbt.h>
#include <wallet/coincontrol.h>
#include <wallet/types.h>
#include <wallet/wallet.h>

#include <future>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpbitcoin::test {
//! What the fake wallet was told, and what it answers. Shared by the test and the server; the
//! calls between them order all accesses.
struct WalletState
{
    std::string name{"fake"};
    std::string passphrase;
    bool rescan_aborted{false};
    bool removed{false};
    int destroyed{0};
    int disconnected{0};
    CTransactionRef tx;
    interfaces::WalletValueMap value_map;
    interfaces::WalletOrderForm order_form;
    std::vector<wallet::CRecipient> recipients;
    std::optional<wallet::CCoinControl> coin_control;
    std::optional<unsigned int> change_pos;
    interfaces::Wallet::UnloadFn unload;
    interfaces::Wallet::ShowProgressFn show_progress;
    interfaces::Wallet::StatusChangedFn status_changed;
    interfaces::Wallet::AddressBookChangedFn address_book_changed;
    interfaces::Wallet::TransactionChangedFn transaction_changed;
    interfaces::Wallet::CanGetAddressesChangedFn can_get_addresses_changed;
    interfaces::WalletLoader::LoadWalletFn load_wallet;
    std::vector<std::string> loader_calls;
    CScheduler* scheduler{nullptr};
    //! A call of backupWallet("slow") has begun, and may end.
    std::promise<void> slow_begun;
    std::promise<void> slow_may_end;

    //! Call all callbacks of the wallet.
    void notify();
    //! Forget all callbacks.
    void clear();
};

//! A transaction with a witness, two inputs and two outputs.
CTransactionRef MakeTransaction();
//! A destination of each kind.
std::vector<CTxDestination> MakeDestinations();
//! A coin control with every member set.
wallet::CCoinControl MakeCoinControl();
interfaces::WalletTx MakeWalletTx();
wallet::CreatedTransactionResult MakeCreatedTransaction();

std::unique_ptr<interfaces::Wallet> MakeFakeWallet(std::shared_ptr<WalletState> state);
std::unique_ptr<interfaces::WalletLoader> MakeFakeLoader(std::shared_ptr<WalletState> state);

//! What the server offers.
class TestInit
{
public:
    virtual ~TestInit() = default;
    virtual std::unique_ptr<interfaces::WalletLoader> makeWalletLoader() = 0;
};
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_TEST_FAKE_WALLET_H
