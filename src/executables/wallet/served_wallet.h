#ifndef MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H
#define MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H

#include <interfaces/handler.h>
#include <interfaces/wallet.h>
#include <os/mutex.h>
#include <primitives/transaction.h>
#include <psbt.h>
#include <util/result.h>
#include <wallet/types.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mpbitcoin {
//! A wallet as other processes hold it. The tree waits for all who hold a wallet when it is
//! unloaded, be it for ever, and wants nobody to listen any more then: this one lets it go, and its
//! calls throw std::runtime_error. Any thread.
class ServedWallet final : public interfaces::Wallet
{
public:
    explicit ServedWallet(std::unique_ptr<interfaces::Wallet> wallet);

    // clang-format off
    bool encryptWallet(const SecureString& passphrase) override { return get()->encryptWallet(passphrase); }
    bool isCrypted() override { return get()->isCrypted(); }
    bool lock() override { return get()->lock(); }
    bool unlock(const SecureString& passphrase) override { return get()->unlock(passphrase); }
    bool isLocked() override { return get()->isLocked(); }
    bool changeWalletPassphrase(const SecureString& before, const SecureString& after) override { return get()->changeWalletPassphrase(before, after); }
    void abortRescan() override { get()->abortRescan(); }
    bool backupWallet(const std::string& file) override { return get()->backupWallet(file); }
    std::string getWalletName() override { return get()->getWalletName(); }
    util::Result<CTxDestination> getNewDestination(OutputType type, const std::string& label) override { return get()->getNewDestination(type, label); }
    bool getPubKey(const CScript& script, const CKeyID& address, CPubKey& key) override { return get()->getPubKey(script, address, key); }
    SigningResult signMessage(const std::string& message, const PKHash& hash, std::string& signature) override { return get()->signMessage(message, hash, signature); }
    bool isSpendable(const CTxDestination& address) override { return get()->isSpendable(address); }
    bool setAddressBook(const CTxDestination& address, const std::string& name, const std::optional<wallet::AddressPurpose>& purpose) override { return get()->setAddressBook(address, name, purpose); }
    bool delAddressBook(const CTxDestination& address) override { return get()->delAddressBook(address); }
    bool getAddress(const CTxDestination& address, std::string* name, wallet::AddressPurpose* purpose) override { return get()->getAddress(address, name, purpose); }
    std::vector<interfaces::WalletAddress> getAddresses() override { return get()->getAddresses(); }
    std::vector<std::string> getAddressReceiveRequests() override { return get()->getAddressReceiveRequests(); }
    bool setAddressReceiveRequest(const CTxDestination& address, const std::string& id, const std::string& value) override { return get()->setAddressReceiveRequest(address, id, value); }
    util::Result<void> displayAddress(const CTxDestination& address) override { return get()->displayAddress(address); }
    bool lockCoin(const COutPoint& output, bool write) override { return get()->lockCoin(output, write); }
    bool unlockCoin(const COutPoint& output) override { return get()->unlockCoin(output); }
    bool isLockedCoin(const COutPoint& output) override { return get()->isLockedCoin(output); }
    void listLockedCoins(std::vector<COutPoint>& outputs) override { get()->listLockedCoins(outputs); }
    util::Result<wallet::CreatedTransactionResult> createTransaction(const std::vector<wallet::CRecipient>& recipients, const wallet::CCoinControl& control, bool sign, std::optional<unsigned int> change) override { return get()->createTransaction(recipients, control, sign, change); }
    void commitTransaction(CTransactionRef tx, interfaces::WalletValueMap values, interfaces::WalletOrderForm order) override { get()->commitTransaction(std::move(tx), std::move(values), std::move(order)); }
    bool transactionCanBeAbandoned(const Txid& id) override { return get()->transactionCanBeAbandoned(id); }
    bool abandonTransaction(const Txid& id) override { return get()->abandonTransaction(id); }
    bool transactionCanBeBumped(const Txid& id) override { return get()->transactionCanBeBumped(id); }
    bool createBumpTransaction(const Txid& id, const wallet::CCoinControl& control, std::vector<bilingual_str>& errors, CAmount& old_fee, CAmount& new_fee, CMutableTransaction& tx) override { return get()->createBumpTransaction(id, control, errors, old_fee, new_fee, tx); }
    bool signBumpTransaction(CMutableTransaction& tx) override { return get()->signBumpTransaction(tx); }
    bool commitBumpTransaction(const Txid& id, CMutableTransaction&& tx, std::vector<bilingual_str>& errors, Txid& bumped) override { return get()->commitBumpTransaction(id, std::move(tx), errors, bumped); }
    CTransactionRef getTx(const Txid& id) override { return get()->getTx(id); }
    interfaces::WalletTx getWalletTx(const Txid& id) override { return get()->getWalletTx(id); }
    std::set<interfaces::WalletTx> getWalletTxs() override { return get()->getWalletTxs(); }
    bool tryGetTxStatus(const Txid& id, interfaces::WalletTxStatus& status, int& blocks, int64_t& time) override { return get()->tryGetTxStatus(id, status, blocks, time); }
    interfaces::WalletTx getWalletTxDetails(const Txid& id, interfaces::WalletTxStatus& status, interfaces::WalletOrderForm& order, bool& in_mempool, int& blocks) override { return get()->getWalletTxDetails(id, status, order, in_mempool, blocks); }
    std::optional<common::PSBTError> fillPSBT(std::optional<int> sighash, bool sign, bool derivations, size_t* inputs, PartiallySignedTransaction& psbt, bool& complete) override { return get()->fillPSBT(sighash, sign, derivations, inputs, psbt, complete); }
    interfaces::WalletBalances getBalances() override { return get()->getBalances(); }
    bool tryGetBalances(interfaces::WalletBalances& balances, uint256& hash) override { return get()->tryGetBalances(balances, hash); }
    CAmount getBalance() override { return get()->getBalance(); }
    CAmount getAvailableBalance(const wallet::CCoinControl& control) override { return get()->getAvailableBalance(control); }
    bool txinIsMine(const CTxIn& input) override { return get()->txinIsMine(input); }
    bool txoutIsMine(const CTxOut& output) override { return get()->txoutIsMine(output); }
    CAmount getDebit(const CTxIn& input) override { return get()->getDebit(input); }
    CAmount getCredit(const CTxOut& output) override { return get()->getCredit(output); }
    CoinsList listCoins() override { return get()->listCoins(); }
    std::vector<interfaces::WalletTxOut> getCoins(const std::vector<COutPoint>& outputs) override { return get()->getCoins(outputs); }
    CAmount getRequiredFee(unsigned int bytes) override { return get()->getRequiredFee(bytes); }
    CAmount getMinimumFee(unsigned int bytes, const wallet::CCoinControl& control, int* target, FeeReason* reason) override { return get()->getMinimumFee(bytes, control, target, reason); }
    unsigned int getConfirmTarget() override { return get()->getConfirmTarget(); }
    bool hdEnabled() override { return get()->hdEnabled(); }
    bool canGetAddresses() override { return get()->canGetAddresses(); }
    bool privateKeysDisabled() override { return get()->privateKeysDisabled(); }
    bool taprootEnabled() override { return get()->taprootEnabled(); }
    bool hasExternalSigner() override { return get()->hasExternalSigner(); }
    OutputType getDefaultAddressType() override { return get()->getDefaultAddressType(); }
    CAmount getDefaultMaxTxFee() override { return get()->getDefaultMaxTxFee(); }
    void remove() override { get()->remove(); }
    std::unique_ptr<interfaces::Handler> handleShowProgress(ShowProgressFn fn) override { return get()->handleShowProgress(std::move(fn)); }
    std::unique_ptr<interfaces::Handler> handleStatusChanged(StatusChangedFn fn) override { return get()->handleStatusChanged(std::move(fn)); }
    std::unique_ptr<interfaces::Handler> handleAddressBookChanged(AddressBookChangedFn fn) override { return get()->handleAddressBookChanged(std::move(fn)); }
    std::unique_ptr<interfaces::Handler> handleTransactionChanged(TransactionChangedFn fn) override { return get()->handleTransactionChanged(std::move(fn)); }
    std::unique_ptr<interfaces::Handler> handleCanGetAddressesChanged(CanGetAddressesChangedFn fn) override { return get()->handleCanGetAddressesChanged(std::move(fn)); }
    // clang-format on
    std::unique_ptr<interfaces::Handler> handleUnload(UnloadFn fn) override;

private:
    struct Held
    {
        Mutex mutex;
        //! None when it was unloaded.
        std::shared_ptr<interfaces::Wallet> wallet OS_GUARDED_BY(mutex);
    };

    //! The wallet, which stays for the call that is made of it.
    std::shared_ptr<interfaces::Wallet> get() const;

    const std::shared_ptr<Held> m_held{std::make_shared<Held>()};
    std::unique_ptr<interfaces::Handler> m_unloading;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H
