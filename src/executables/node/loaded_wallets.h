#ifndef MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H
#define MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H

#include <interfaces/handler.h>
#include <interfaces/wallet.h>
#include <os/mutex.h>

#include <memory>
#include <string>
#include <vector>

namespace mpbitcoin {
//! Which wallets a process has loaded, so that the next one can load the same.
class LoadedWallets : public std::enable_shared_from_this<LoadedWallets>
{
public:
    //! Follow a process's wallets until the handler goes. Both may outlive each other.
    std::unique_ptr<interfaces::Handler> follow(interfaces::WalletLoader& loader);

    //! The process is gone: the names of the wallets it had, in the order in which they were
    //! loaded. They are forgotten.
    std::vector<std::string> take();

private:
    struct Loaded
    {
        std::string name;
        //! What reports that it was unloaded.
        std::unique_ptr<interfaces::Handler> unloaded;
    };

    void add(interfaces::Wallet& wallet);
    void remove(const std::string& name);
    //! Take the wallet of that name, if there is one.
    Loaded extract(const std::string& name) OS_REQUIRES(m_mutex);

    Mutex m_mutex;
    //! In the order in which they were loaded, which is that of `listwallets`.
    std::vector<Loaded> m_wallets OS_GUARDED_BY(m_mutex);
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_LOADED_WALLETS_H
