#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_TEST_FAKE_WALLET_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_TEST_FAKE_WALLET_H

#include <interfaces/handler.h>
#include <interfaces/wallet.h>
#include <os/mutex.h>
#include <psbt.h>
#include <wallet/coincontrol.h>
#include <wallet/types.h>
#include <wallet/wallet.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpbitcoin::test {
//! A value that any thread sets and copies. So a callback lives until its call is over, even if
//! that call sets another one. The old value is destroyed without the lock.
template <typename T>
class Held
{
public:
    Held() = default;
    explicit Held(T value) : m_value{std::move(value)} {}

    T get() const
    {
        const Lock lock{m_mutex};
        return m_value;
    }
    void set(T value)
    {
        const Lock lock{m_mutex};
        std::swap(m_value, value);
    }
    //! Change the value in place.
    template <typename Change>
    void change(Change change)
    {
        const Lock lock{m_mutex};
        change(m_value);
    }
    //! Call the function, if one is set.
    template <typename... Args>
    void call(Args&&... args) const
    {
        if (const T function{get()}) function(std::forward<Args>(args)...);
    }

private:
    mutable Mutex m_mutex;
    T m_value OS_GUARDED_BY(m_mutex){};
};

//! What the fake wallet received, and what it answers. The test and the server share it. Any
//! thread.
struct WalletState
{
    Held<std::string> name{"fake"};
    Held<std::string> passphrase;
    std::atomic<bool> rescan_aborted{false};
    std::atomic<bool> removed{false};
    std::atomic<int> destroyed{0};
    std::atomic<int> disconnected{0};
    Held<CTransactionRef> tx;
    Held<interfaces::WalletValueMap> value_map;
    Held<interfaces::WalletOrderForm> order_form;
    Held<std::vector<wallet::CRecipient>> recipients;
    Held<std::optional<wallet::CCoinControl>> coin_control;
    Held<std::optional<unsigned int>> change_pos;
    Held<interfaces::Wallet::UnloadFn> unload;
    Held<interfaces::Wallet::ShowProgressFn> show_progress;
    Held<interfaces::Wallet::StatusChangedFn> status_changed;
    Held<interfaces::Wallet::AddressBookChangedFn> address_book_changed;
    Held<interfaces::Wallet::TransactionChangedFn> transaction_changed;
    Held<interfaces::Wallet::CanGetAddressesChangedFn> can_get_addresses_changed;
    Held<interfaces::WalletLoader::LoadWalletFn> load_wallet;
    Held<std::vector<std::string>> loader_calls;
    std::atomic<CScheduler*> scheduler{nullptr};
    //! backupWallet("slow") has begun, and may end.
    std::promise<void> slow_begun;
    std::promise<void> slow_may_end;

    //! The last committed transaction, or MakeTransaction().
    CTransactionRef transaction() const;
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

//! The first interface of the server.
class TestInit
{
public:
    virtual ~TestInit() = default;
    virtual std::unique_ptr<interfaces::WalletLoader> makeWalletLoader() = 0;
};
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_TEST_FAKE_WALLET_H
