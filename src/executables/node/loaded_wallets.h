#ifndef MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H
#define MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H

#include <interfaces/handler.h>
#include <interfaces/wallet.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mpbitcoin {
//! Which wallets a process has loaded, so that the next one can load the same.
class LoadedWallets : public std::enable_shared_from_this<LoadedWallets>
{
public:
    //! Follow a process's wallets until the handler goes. Both may outlive each other.
    std::unique_ptr<interfaces::Handler> follow(interfaces::WalletLoader& loader);

    //! The process is gone: the names of the wallets it had, which are forgotten.
    std::vector<std::string> take();

private:
    void add(interfaces::Wallet& wallet);
    void remove(const std::string& name);

    std::mutex m_mutex;
    //! Name -> what tells that it was unloaded.
    std::map<std::string, std::unique_ptr<interfaces::Handler>> m_wallets;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H
