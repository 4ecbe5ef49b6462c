#ifndef MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H
#define MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H

// Types of parameters and results of a wallet.
#include <interfaces/handler.h>
#include <ipc/interfaces/wallet/wallet.capnp.forward.h>
#include <os/mutex.h>
#include <primitives/transaction.h>
#include <psbt.h>
#include <util/result.h>
#include <wallet/types.h>

#include <memory>

namespace mpbitcoin {
//! A wallet that can be released while others hold it. Copies share it. Any thread.
class HeldWallet
{
public:
    explicit HeldWallet(std::unique_ptr<interfaces::Wallet> wallet);

    //! The wallet, which stays while the result lives. Throws std::runtime_error after its release.
    std::shared_ptr<interfaces::Wallet> operator()() const;

private:
    friend class ServedWallet;
    struct Held
    {
        Mutex mutex;
        //! Null after it was unloaded.
        std::shared_ptr<interfaces::Wallet> wallet OS_GUARDED_BY(mutex);
    };
    std::shared_ptr<Held> m_held;
};

//! A wallet for other processes. The tree's unloading waits, even forever, until nobody holds a
//! wallet or listens to it. This class releases the wallet instead, and then its calls throw
//! std::runtime_error. Any thread.
class ServedWallet final : public Served<interfaces::Wallet, HeldWallet>
{
public:
    explicit ServedWallet(std::unique_ptr<interfaces::Wallet> wallet);

    std::unique_ptr<interfaces::Handler> handleUnload(UnloadFn fn) override;

private:
    std::unique_ptr<interfaces::Handler> m_unloading;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H
