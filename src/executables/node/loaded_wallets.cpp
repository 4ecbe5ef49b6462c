#include <executables/node/loaded_wallets.h>

#include <algorithm>
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
    Loaded last; // destroyed after the lock is released
    const Lock lock{m_mutex};
    last = extract(name);
    m_wallets.push_back({name, std::move(handler)});
}

void LoadedWallets::remove(const std::string& name)
{
    Loaded last; // destroyed after the lock is released
    const Lock lock{m_mutex};
    last = extract(name);
}

LoadedWallets::Loaded LoadedWallets::extract(const std::string& name)
{
    const auto found{std::ranges::find(m_wallets, name, &Loaded::name)};
    if (found == m_wallets.end()) return {};
    Loaded loaded{std::move(*found)};
    m_wallets.erase(found);
    return loaded;
}

std::vector<std::string> LoadedWallets::take()
{
    std::vector<Loaded> last; // destroyed after the lock is released
    std::vector<std::string> names;
    const Lock lock{m_mutex};
    last.swap(m_wallets);
    for (const auto& wallet : last) {
        names.push_back(wallet.name);
    }
    return names;
}
} // namespace mpbitcoin
