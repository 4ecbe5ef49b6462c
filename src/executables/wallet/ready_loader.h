#ifndef MPBITCOIN_EXECUTABLES_WALLET_READY_LOADER_H
#define MPBITCOIN_EXECUTABLES_WALLET_READY_LOADER_H

#include <executables/wallet/crypto_start.h>
#include <executables/wallet/served_wallet.h>
#include <interfaces/wallet.h>
#include <ipc/interfaces/wallet/wallet_loader.capnp.forward.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mpbitcoin {
//! A loader that is available once keys can be used.
class ReadyTarget
{
public:
    //! `chain` is what the loader refers to. `crypto` must outlive this.
    ReadyTarget(std::unique_ptr<interfaces::WalletLoader> loader,
                std::shared_ptr<const void> chain,
                const CryptoStart& crypto) :
        m_chain{std::move(chain)}, m_loader{std::move(loader)}, m_crypto{crypto}
    {
    }

    interfaces::WalletLoader* operator()() const
    {
        m_crypto.wait();
        return m_loader.get();
    }
    //! The loader before keys can be used.
    interfaces::WalletLoader& early() const { return *m_loader; }

private:
    //! Destroyed after the loader: the node may keep it longer than the wallet process.
    std::shared_ptr<const void> m_chain;
    std::unique_ptr<interfaces::WalletLoader> m_loader;
    const CryptoStart& m_crypto;
};

//! The wallets of this process, which can be unloaded while others hold them. Calls that may need a
//! key wait until keys can be used. Calls that the node makes before it reads its chain do not.
class ReadyLoader final : public Served<interfaces::WalletLoader, ReadyTarget>
{
public:
    //! `chain` is what the loader refers to. `crypto` must outlive this.
    ReadyLoader(std::unique_ptr<interfaces::WalletLoader> loader,
                std::shared_ptr<const void> chain,
                const CryptoStart& crypto) :
        Served{ReadyTarget{std::move(loader), std::move(chain), crypto}}
    {
    }

    // clang-format off
    void registerRpcs() override { m_target.early().registerRpcs(); }
    bool verify() override { return m_target.early().verify(); }
    void setMockTime(int64_t time) override { m_target.early().setMockTime(time); }
    std::string getWalletDir() override { return m_target.early().getWalletDir(); }
    std::unique_ptr<interfaces::Handler> handleLoadWallet(LoadWalletFn fn) override { return m_target.early().handleLoadWallet([fn = std::move(fn)](auto wallet) { fn(served(std::move(wallet))); }); }

    util::Result<std::unique_ptr<interfaces::Wallet>> createWallet(const std::string& name, const SecureString& passphrase, uint64_t flags, std::vector<bilingual_str>& warnings) override { return served(m_target()->createWallet(name, passphrase, flags, warnings)); }
    util::Result<std::unique_ptr<interfaces::Wallet>> loadWallet(const std::string& name, std::vector<bilingual_str>& warnings) override { return served(m_target()->loadWallet(name, warnings)); }
    util::Result<std::unique_ptr<interfaces::Wallet>> restoreWallet(const fs::path& file, const std::string& name, std::vector<bilingual_str>& warnings, bool load) override { return served(m_target()->restoreWallet(file, name, warnings, load)); }
    util::Result<interfaces::WalletMigrationResult> migrateWallet(const std::string& name, const SecureString& passphrase) override { return served(m_target()->migrateWallet(name, passphrase)); }
    std::vector<std::unique_ptr<interfaces::Wallet>> getWallets() override { return served(m_target()->getWallets()); }
    wallet::WalletContext* context() override { return m_target()->context(); }
    // clang-format on

private:
    //! The wallet may be null: restored, but not loaded.
    static std::unique_ptr<interfaces::Wallet> served(std::unique_ptr<interfaces::Wallet> wallet)
    {
        return wallet ? std::make_unique<ServedWallet>(std::move(wallet)) : nullptr;
    }
    static interfaces::WalletMigrationResult served(interfaces::WalletMigrationResult migrated)
    {
        migrated.wallet = served(std::move(migrated.wallet));
        return migrated;
    }
    static std::vector<std::unique_ptr<interfaces::Wallet>>
    served(std::vector<std::unique_ptr<interfaces::Wallet>> wallets)
    {
        for (auto& wallet : wallets) {
            wallet = served(std::move(wallet));
        }
        return wallets;
    }
    template <typename Value>
    static util::Result<Value> served(util::Result<Value> result)
    {
        if (result) *result = served(std::move(*result));
        return result;
    }
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_READY_LOADER_H
