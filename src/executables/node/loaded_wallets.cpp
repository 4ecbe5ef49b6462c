#include <executables/node/loaded_wallets.h>

#include <utility>

namespace mpbitcoin {
std::unique_ptr<interfaces::Handler> LoadedWallets::follow(interfaces::WalletLoader& loader)
{
    return loader.handleLoadWallet(
        [self = shared_from_this()](std::unique_ptr<interfaces::Wallet> wallet) {
            self->add(*wallet);
        });
}

void LoadedWallets::add(interfaces::Wallet& wallet)
{
    const std::string name{wallet.getWalletName()};
    auto handler = wallet.handleUnload([self = shared_from_this(), name] { self->remove(name); });
    const std::lock_guard lock{m_mutex};
    m_wallets[name].swap(handler); // the last one goes after the lock
}

void LoadedWallets::remove(const std::string& name)
{
    std::unique_ptr<interfaces::Handler> last; // goes after the lock
    const std::lock_guard lock{m_mutex};
    const auto found{m_wallets.find(name)};
    if (found == m_wallets.end()) return;
    last = std::move(found->second);
    m_wallets.erase(found);
}

std::vector<std::string> LoadedWallets::take()
{
    std::map<std::string, std::unique_ptr<interfaces::Handler>> last; // goes after the lock
    std::vector<std::string> names;
    const std::lock_guard lock{m_mutex};
    last.swap(m_wallets);
    for (const auto& [name, handler] : last) {
        names.push_back(name);
    }
    return names;
}
} // namespace mpbitcoin
