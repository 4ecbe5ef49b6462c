#ifndef MPBITCOIN_EXECUTABLES_WALLET_READY_LOADER_H
#define MPBITCOIN_EXECUTABLES_WALLET_READY_LOADER_H

#include <executables/wallet/crypto_start.h>
#include <executables/wallet/served_wallet.h>
#include <interfaces/wallet.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mpbitcoin {
//! The wallets of this process, which can be unloaded whoever holds them. What may touch a key
//! waits until keys can be used; what a node asks before it reads its chain does not.
class ReadyLoader final : public interfaces::WalletLoader
{
public:
    //! `crypto` has to outlive this.
    ReadyLoader(std::unique_ptr<interfaces::WalletLoader> loader, const CryptoStart& crypto) :
        m_loader{std::move(loader)}, m_crypto{crypto}
    {
    }

    // clang-format off
    void registerRpcs() override { m_loader->registerRpcs(); }
    bool verify() override { return m_loader->verify(); }
    void setMockTime(int64_t time) override { m_loader->setMockTime(time); }
    std::string getWalletDir() override { return m_loader->getWalletDir(); }
    std::unique_ptr<interfaces::Handler> handleLoadWallet(LoadWalletFn fn) override { return m_loader->handleLoadWallet([fn = std::move(fn)](auto wallet) { fn(served(std::move(wallet))); }); }

    bool load() override { return ready().load(); }
    void start(CScheduler& scheduler) override { ready().start(scheduler); }
    void stop() override { ready().stop(); }
    void schedulerMockForward(std::chrono::seconds delta) override { ready().schedulerMockForward(delta); }
    util::Result<std::unique_ptr<interfaces::Wallet>> createWallet(const std::string& name, const SecureString& passphrase, uint64_t flags, std::vector<bilingual_str>& warnings) override { return served(ready().createWallet(name, passphrase, flags, warnings)); }
    util::Result<std::unique_ptr<interfaces::Wallet>> loadWallet(const std::string& name, std::vector<bilingual_str>& warnings) override { return served(ready().loadWallet(name, warnings)); }
    util::Result<std::unique_ptr<interfaces::Wallet>> restoreWallet(const fs::path& file, const std::string& name, std::vector<bilingual_str>& warnings, bool load) override { return served(ready().restoreWallet(file, name, warnings, load)); }
    util::Result<interfaces::WalletMigrationResult> migrateWallet(const std::string& name, const SecureString& passphrase) override { return served(ready().migrateWallet(name, passphrase)); }
    bool isEncrypted(const std::string& name) override { return ready().isEncrypted(name); }
    std::vector<std::pair<std::string, std::string>> listWalletDir() override { return ready().listWalletDir(); }
    std::vector<std::unique_ptr<interfaces::Wallet>> getWallets() override { return served(ready().getWallets()); }
    wallet::WalletContext* context() override { return ready().context(); }
    // clang-format on

private:
    //! There may be no wallet: one that was restored and not loaded.
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
    interfaces::WalletLoader& ready()
    {
        m_crypto.wait();
        return *m_loader;
    }

    const std::unique_ptr<interfaces::WalletLoader> m_loader;
    const CryptoStart& m_crypto;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_READY_LOADER_H
