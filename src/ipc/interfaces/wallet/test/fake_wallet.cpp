#include <ipc/interfaces/wallet/test/fake_wallet.h>

#include <stdexcept>
#include <thread>

namespace mpbitcoin::test {
namespace {
class FakeHandler : public interfaces::Handler
{
public:
    explicit FakeHandler(std::shared_ptr<WalletState> state) : m_state{std::move(state)} {}
    void disconnect() override { ++m_state->disconnected; }

private:
    std::shared_ptr<WalletState> m_state;
};

class FakeWallet : public interfaces::Wallet
{
public:
    explicit FakeWallet(std::shared_ptr<WalletState> state) : m_state{std::move(state)} {}
    ~FakeWallet() override { ++m_state->destroyed; }

    bool encryptWallet(const SecureString& passphrase) override
    {
        m_state->passphrase.set({passphrase.begin(), passphrase.end()});
        return true;
    }
    bool isCrypted() override { return !m_state->passphrase.get().empty(); }
    bool lock() override { return true; }
    bool unlock(const SecureString& passphrase) override
    {
        return std::string_view{passphrase} == m_state->passphrase.get();
    }
    bool isLocked() override { return false; }
    bool changeWalletPassphrase(const SecureString& old_passphrase,
                                const SecureString& new_passphrase) override
    {
        return unlock(old_passphrase) && encryptWallet(new_passphrase);
    }
    void abortRescan() override { m_state->rescan_aborted = true; }
    bool backupWallet(const std::string& filename) override
    {
        if (filename != "slow") throw std::runtime_error("no room for " + filename);
        m_state->slow_begun.set_value();
        m_state->slow_may_end.get_future().wait();
        return true;
    }
    std::string getWalletName() override { return m_state->name.get(); }
    util::Result<CTxDestination> getNewDestination(OutputType type,
                                                   const std::string& label) override
    {
        if (type != OutputType::BECH32M) {
            return util::Error{bilingual_str{"no key for " + label, "kein Schlüssel"}};
        }
        return MakeDestinations().back();
    }
    bool getPubKey(const CScript& script, const CKeyID&, CPubKey& pub_key) override
    {
        pub_key = CPubKey{script.begin() + 1, script.begin() + 1 + CPubKey::COMPRESSED_SIZE};
        return pub_key.IsValid();
    }
    SigningResult
    signMessage(const std::string& message, const PKHash& pkhash, std::string& signature) override
    {
        signature = message + pkhash.ToString();
        return SigningResult::SIGNING_FAILED;
    }
    bool isSpendable(const CTxDestination& dest) override { return IsValidDestination(dest); }
    bool setAddressBook(const CTxDestination&,
                        const std::string& name,
                        const std::optional<wallet::AddressPurpose>& purpose) override
    {
        return name == "set" ? purpose == wallet::AddressPurpose::REFUND : !purpose;
    }
    bool delAddressBook(const CTxDestination&) override { return true; }
    bool getAddress(const CTxDestination& dest,
                    std::string* name,
                    wallet::AddressPurpose* purpose) override
    {
        if (!IsValidDestination(dest)) return false;
        if (name) *name = "an address";
        if (purpose) *purpose = wallet::AddressPurpose::SEND;
        return true;
    }
    std::vector<interfaces::WalletAddress> getAddresses() override
    {
        std::vector<interfaces::WalletAddress> addresses;
        for (const auto& dest : MakeDestinations()) {
            addresses.emplace_back(dest, true, wallet::AddressPurpose::REFUND, "label");
        }
        return addresses;
    }
    std::vector<std::string> getAddressReceiveRequests() override { return {"one", ""}; }
    bool setAddressReceiveRequest(const CTxDestination&,
                                  const std::string& id,
                                  const std::string& value) override
    {
        return id == "id" && value == std::string{"a\0b", 3};
    }
    util::Result<void> displayAddress(const CTxDestination& dest) override
    {
        if (IsValidDestination(dest)) return {};
        return util::Error{bilingual_str{"no signer", "no signer"}};
    }
    bool lockCoin(const COutPoint& output, bool write_to_db) override
    {
        return output.n == 7 && write_to_db;
    }
    bool unlockCoin(const COutPoint& output) override { return output.n == 7; }
    bool isLockedCoin(const COutPoint& output) override { return output.n == 7; }
    void listLockedCoins(std::vector<COutPoint>& outputs) override
    {
        outputs.emplace_back(m_state->transaction()->GetHash(), 7);
    }
    util::Result<wallet::CreatedTransactionResult>
    createTransaction(const std::vector<wallet::CRecipient>& recipients,
                      const wallet::CCoinControl& coin_control,
                      bool sign,
                      std::optional<unsigned int> change_pos) override
    {
        m_state->recipients.set(recipients);
        m_state->coin_control.set(coin_control);
        m_state->change_pos.set(change_pos);
        if (!sign) return util::Error{bilingual_str{"Insufficient funds", "zu wenig"}};
        return MakeCreatedTransaction();
    }
    void commitTransaction(CTransactionRef tx,
                           interfaces::WalletValueMap value_map,
                           interfaces::WalletOrderForm order_form) override
    {
        m_state->tx.set(std::move(tx));
        m_state->value_map.set(std::move(value_map));
        m_state->order_form.set(std::move(order_form));
    }
    bool transactionCanBeAbandoned(const Txid& txid) override { return !!getTx(txid); }
    bool abandonTransaction(const Txid&) override { return true; }
    bool transactionCanBeBumped(const Txid& txid) override { return !!getTx(txid); }
    bool createBumpTransaction(const Txid& txid,
                               const wallet::CCoinControl&,
                               std::vector<bilingual_str>& errors,
                               CAmount& old_fee,
                               CAmount& new_fee,
                               CMutableTransaction& mtx) override
    {
        if (!getTx(txid)) {
            errors.push_back({"no such transaction", "unbekannt"});
            return false;
        }
        old_fee = 1;
        new_fee = 2;
        mtx = CMutableTransaction{*m_state->transaction()};
        return true;
    }
    bool signBumpTransaction(CMutableTransaction& mtx) override
    {
        mtx.vin.at(0).scriptWitness.stack = {{1, 2, 3}};
        return true;
    }
    bool commitBumpTransaction(const Txid& txid,
                               CMutableTransaction&& mtx,
                               std::vector<bilingual_str>& errors,
                               Txid& bumped_txid) override
    {
        bumped_txid = mtx.GetHash();
        return errors.empty() && getTx(txid);
    }
    CTransactionRef getTx(const Txid& txid) override
    {
        const auto tx{m_state->tx.get()};
        return tx && tx->GetHash() == txid ? tx : nullptr;
    }
    interfaces::WalletTx getWalletTx(const Txid& txid) override
    {
        return getTx(txid) ? MakeWalletTx() : interfaces::WalletTx{};
    }
    std::set<interfaces::WalletTx> getWalletTxs() override
    {
        interfaces::WalletTx other;
        CMutableTransaction tx;
        tx.nLockTime = 5;
        other.tx = MakeTransactionRef(tx);
        return {MakeWalletTx(), other};
    }
    bool tryGetTxStatus(const Txid& txid,
                        interfaces::WalletTxStatus& status,
                        int& num_blocks,
                        int64_t& block_time) override
    {
        if (!getTx(txid)) return false;
        status = {-1, 2, -3, 4, 5, true, false, true, false};
        num_blocks = 8;
        block_time = -9;
        return true;
    }
    interfaces::WalletTx getWalletTxDetails(const Txid& txid,
                                            interfaces::WalletTxStatus& status,
                                            interfaces::WalletOrderForm& order_form,
                                            bool& in_mempool,
                                            int& num_blocks) override
    {
        int64_t time;
        tryGetTxStatus(txid, status, num_blocks, time);
        order_form = {{"b", "2"}, {"a", "1"}, {"b", "2"}};
        in_mempool = true;
        return getWalletTx(txid);
    }
    std::optional<common::PSBTError> fillPSBT(std::optional<int> sighash_type,
                                              bool sign,
                                              bool,
                                              size_t* n_signed,
                                              PartiallySignedTransaction& psbt,
                                              bool& complete) override
    {
        if (!sign) return common::PSBTError::SIGHASH_MISMATCH;
        if (n_signed) *n_signed += 2;
        psbt.inputs.at(0).redeem_script = CScript{} << sighash_type.value_or(-1);
        complete = true;
        return {};
    }
    interfaces::WalletBalances getBalances() override { return {1, 2, 3, 4, 5}; }
    bool tryGetBalances(interfaces::WalletBalances& balances, uint256& block_hash) override
    {
        balances = getBalances();
        block_hash = uint256{9};
        return true;
    }
    CAmount getBalance() override { return MAX_MONEY; }
    CAmount getAvailableBalance(const wallet::CCoinControl& coin_control) override
    {
        return coin_control.HasSelected() ? 1 : 2;
    }
    bool txinIsMine(const CTxIn& txin) override { return txin.nSequence == 3; }
    bool txoutIsMine(const CTxOut& txout) override { return txout.nValue == 4; }
    CAmount getDebit(const CTxIn& txin) override { return txin.nSequence; }
    CAmount getCredit(const CTxOut& txout) override { return txout.nValue; }
    CoinsList listCoins() override
    {
        CoinsList coins;
        for (const auto& dest : MakeDestinations()) {
            auto& group = coins[dest];
            while (group.size() < coins.size()) {
                group.emplace_back(
                    COutPoint{m_state->transaction()->GetHash(), 1},
                    interfaces::WalletTxOut{CTxOut{6, CScript{} << OP_TRUE}, 7, 8, true});
            }
        }
        return coins;
    }
    std::vector<interfaces::WalletTxOut> getCoins(const std::vector<COutPoint>& outputs) override
    {
        return std::vector<interfaces::WalletTxOut>(outputs.size());
    }
    CAmount getRequiredFee(unsigned int tx_bytes) override { return tx_bytes * 2; }
    CAmount getMinimumFee(unsigned int tx_bytes,
                          const wallet::CCoinControl&,
                          int* returned_target,
                          FeeReason* reason) override
    {
        if (returned_target) *returned_target = 6;
        if (reason && tx_bytes > 1) *reason = FeeReason::REQUIRED;
        return tx_bytes;
    }
    unsigned int getConfirmTarget() override { return 6; }
    bool hdEnabled() override { return true; }
    bool canGetAddresses() override
    {
        m_state->notify();
        return true;
    }
    bool privateKeysDisabled() override { return true; }
    bool taprootEnabled() override
    {
        // Threads that serve no call send notifications, too.
        std::thread{[this] { m_state->notify(); }}.join();
        return true;
    }
    bool hasExternalSigner() override { return true; }
    OutputType getDefaultAddressType() override { return OutputType::P2SH_SEGWIT; }
    CAmount getDefaultMaxTxFee() override { return COIN; }
    void remove() override { m_state->removed = true; }

    std::unique_ptr<interfaces::Handler> handleUnload(UnloadFn fn) override
    {
        return handle(m_state->unload, std::move(fn));
    }
    std::unique_ptr<interfaces::Handler> handleShowProgress(ShowProgressFn fn) override
    {
        return handle(m_state->show_progress, std::move(fn));
    }
    std::unique_ptr<interfaces::Handler> handleStatusChanged(StatusChangedFn fn) override
    {
        return handle(m_state->status_changed, std::move(fn));
    }
    std::unique_ptr<interfaces::Handler> handleAddressBookChanged(AddressBookChangedFn fn) override
    {
        return handle(m_state->address_book_changed, std::move(fn));
    }
    std::unique_ptr<interfaces::Handler> handleTransactionChanged(TransactionChangedFn fn) override
    {
        return handle(m_state->transaction_changed, std::move(fn));
    }
    std::unique_ptr<interfaces::Handler>
    handleCanGetAddressesChanged(CanGetAddressesChangedFn fn) override
    {
        return handle(m_state->can_get_addresses_changed, std::move(fn));
    }

private:
    template <typename Fn>
    std::unique_ptr<interfaces::Handler> handle(Held<Fn>& place, Fn fn)
    {
        place.set(std::move(fn));
        return std::make_unique<FakeHandler>(m_state);
    }

    std::shared_ptr<WalletState> m_state;
};
} // namespace

CTransactionRef WalletState::transaction() const
{
    const auto committed{tx.get()};
    return committed ? committed : MakeTransaction();
}

void WalletState::notify()
{
    unload.call();
    show_progress.call("Rescanning…", 50);
    status_changed.call();
    address_book_changed.call(MakeDestinations().back(), "label", true,
                              wallet::AddressPurpose::SEND, CT_DELETED);
    transaction_changed.call(transaction()->GetHash(), CT_UPDATED);
    can_get_addresses_changed.call();
}

void WalletState::clear()
{
    unload.set(nullptr);
    show_progress.set(nullptr);
    status_changed.set(nullptr);
    address_book_changed.set(nullptr);
    transaction_changed.set(nullptr);
    can_get_addresses_changed.set(nullptr);
    load_wallet.set(nullptr);
}

std::unique_ptr<interfaces::Wallet> MakeFakeWallet(std::shared_ptr<WalletState> state)
{
    return std::make_unique<FakeWallet>(std::move(state));
}
} // namespace mpbitcoin::test
