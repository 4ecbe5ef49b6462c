#include <ipc/interfaces/wallet/test/fake_wallet.h>

namespace mpbitcoin::test {
namespace {
class FakeLoaderHandler : public interfaces::Handler
{
    void disconnect() override {}
};

class FakeLoader : public interfaces::WalletLoader
{
public:
    explicit FakeLoader(std::shared_ptr<WalletState> state) : m_state{std::move(state)} {}

    void registerRpcs() override { called("registerRpcs"); }
    bool verify() override { return called("verify"); }
    bool load() override { return called("load"); }
    void start(CScheduler& scheduler) override
    {
        called("start");
        m_state->scheduler = &scheduler;
    }
    void stop() override { called("stop"); }
    void setMockTime(int64_t time) override { called("setMockTime " + std::to_string(time)); }
    void schedulerMockForward(std::chrono::seconds delta) override
    {
        called("schedulerMockForward " + std::to_string(delta.count()));
    }

    util::Result<std::unique_ptr<interfaces::Wallet>>
    createWallet(const std::string& name,
                 const SecureString& passphrase,
                 uint64_t flags,
                 std::vector<bilingual_str>& warnings) override
    {
        if (name.empty()) {
            return util::Error{bilingual_str{"Wallet name cannot be empty", "leer"}};
        }
        m_state->name.set(name);
        m_state->passphrase.set({passphrase.begin(), passphrase.end()});
        warnings.push_back({"flags " + std::to_string(flags), ""});
        return MakeFakeWallet(m_state);
    }
    util::Result<std::unique_ptr<interfaces::Wallet>>
    loadWallet(const std::string& name, std::vector<bilingual_str>&) override
    {
        m_state->name.set(name);
        m_state->load_wallet.call(MakeFakeWallet(m_state));
        return MakeFakeWallet(m_state);
    }
    std::string getWalletDir() override { return "/wallets"; }
    util::Result<std::unique_ptr<interfaces::Wallet>>
    restoreWallet(const fs::path& backup_file,
                  const std::string& wallet_name,
                  std::vector<bilingual_str>& warnings,
                  bool load_after_restore) override
    {
        warnings.push_back({fs::PathToString(backup_file), wallet_name});
        if (!load_after_restore) return std::unique_ptr<interfaces::Wallet>{};
        return MakeFakeWallet(m_state);
    }
    util::Result<interfaces::WalletMigrationResult>
    migrateWallet(const std::string& name, const SecureString& passphrase) override
    {
        if (passphrase.empty()) return util::Error{bilingual_str{"locked", "verschlossen"}};
        return interfaces::WalletMigrationResult{.wallet = MakeFakeWallet(m_state),
                                                 .watchonly_wallet_name = "",
                                                 .solvables_wallet_name = std::nullopt,
                                                 .backup_path = fs::PathFromString(name)};
    }
    bool isEncrypted(const std::string& wallet_name) override { return wallet_name == "secret"; }
    std::vector<std::pair<std::string, std::string>> listWalletDir() override
    {
        return {{"one", "sqlite"}, {"two", "bdb"}};
    }
    std::vector<std::unique_ptr<interfaces::Wallet>> getWallets() override
    {
        std::vector<std::unique_ptr<interfaces::Wallet>> wallets;
        wallets.push_back(MakeFakeWallet(m_state));
        wallets.push_back(MakeFakeWallet(m_state));
        return wallets;
    }
    std::unique_ptr<interfaces::Handler> handleLoadWallet(LoadWalletFn fn) override
    {
        m_state->load_wallet.set(std::move(fn));
        return std::make_unique<FakeLoaderHandler>();
    }

private:
    bool called(std::string call)
    {
        m_state->loader_calls.change([&](auto& calls) { calls.push_back(std::move(call)); });
        return true;
    }

    std::shared_ptr<WalletState> m_state;
};
} // namespace

std::unique_ptr<interfaces::WalletLoader> MakeFakeLoader(std::shared_ptr<WalletState> state)
{
    return std::make_unique<FakeLoader>(std::move(state));
}
} // namespace mpbitcoin::test
