#ifndef MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H
#define MPBITCOIN_EXECUTABLES_WALLET_SERVED_WALLET_H

// What calls of a wallet take and return.
#include <interfaces/handler.h>
#include <ipc/interfaces/wallet/wallet.capnp.forward.h>
#include <os/mutex.h>
#include <primitives/transaction.h>
#include <psbt.h>
#include <util/result.h>
#include <wallet/types.h>

#include <memory>

namespace mpbitcoin {
//! A wallet that can be let go while others hold it. Copies hold the same one. Any thread.
class HeldWallet
{
public:
    explicit HeldWallet(std::unique_ptr<interfaces::Wallet> wallet);

    //! The wallet, which stays while the result lives. Throws std::runtime_error when it is gone.
    std::shared_ptr<interfaces::Wallet> operator()() const;

private:
    friend class ServedWallet;
    struct Held
    {
        Mutex mutex;
        //! None when it was unloaded.
        std::shared_ptr<interfaces::Wallet> wallet OS_GUARDED_BY(mutex);
    };
    std::shared_ptr<Held> m_held;
};

//! A wallet as other processes hold it. The tree waits for all who hold a wallet when it is
//! unloaded, be it for ever, and wants nobody to listen any more then: this one lets it go, and its
//! calls throw std::runtime_error. Any thread.
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
