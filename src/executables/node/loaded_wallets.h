#ifndef MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H
#define MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H

#include <interfaces/handler.h>
#include <interfaces/wallet.h>
#include <os/mutex.h>

#include <memory>
#include <string>
#include <vector>

namespace mpbitcoin {
//! The wallets that a process has loaded, so that the next process can load them again.
class LoadedWallets : public std::enable_shared_from_this<LoadedWallets>
{
public:
    //! Follow a process's wallets until the handler is destroyed. Both may outlive each other.
    std::unique_ptr<interfaces::Handler> follow(interfaces::WalletLoader& loader);

    //! The process has left: return the names of its wallets, in the order in which they were
    //! loaded, and forget them.
    std::vector<std::string> take();

private:
    struct Loaded
    {
        std::string name;
        //! Reports that the wallet was unloaded.
        std::unique_ptr<interfaces::Handler> unloaded;
    };

    void add(interfaces::Wallet& wallet);
    void remove(const std::string& name);
    //! Remove and return the wallet of that name, if it is loaded.
    Loaded extract(const std::string& name) OS_REQUIRES(m_mutex);

    Mutex m_mutex;
    //! In loading order, which is also the order of `listwallets`.
    std::vector<Loaded> m_wallets OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H
