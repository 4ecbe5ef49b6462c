#include <executables/wallet/served_wallet.h>

#include <exception>
#include <stdexcept>
#include <utility>

namespace mpbitcoin {
namespace {
//! A listener for the unloading of a wallet that removes itself then, which the tree requires of
//! all listeners before it unloads a wallet.
struct Listener
{
    Mutex mutex;
    std::unique_ptr<interfaces::Handler> handler OS_GUARDED_BY(mutex);
    bool ended OS_GUARDED_BY(mutex){false};

    //! The handler, which is no longer needed. The caller destroys it without the lock.
    std::unique_ptr<interfaces::Handler> end()
    {
        const Lock lock{mutex};
        ended = true;
        return std::move(handler);
    }
};

std::unique_ptr<interfaces::Handler> Listen(interfaces::Wallet& wallet,
                                            interfaces::Wallet::UnloadFn fn)
{
    const auto listener = std::make_shared<Listener>();
    auto handler = wallet.handleUnload([listener, fn = std::move(fn)] {
        const auto last = listener->end();
        try {
            fn();
        } catch (const std::exception&) {
            // The listener has left, so the wallet may go.
        }
    });
    {
        const Lock lock{listener->mutex};
        if (!listener->ended) listener->handler = std::move(handler);
    }
    return interfaces::MakeCleanupHandler([listener] { listener->end(); });
}
} // namespace

HeldWallet::HeldWallet(std::unique_ptr<interfaces::Wallet> wallet) :
    m_held{std::make_shared<Held>()}
{
    m_held->wallet = std::move(wallet);
}

std::shared_ptr<interfaces::Wallet> HeldWallet::operator()() const
{
    const Lock lock{m_held->mutex};
    if (!m_held->wallet) throw std::runtime_error{"the wallet was unloaded"};
    return m_held->wallet;
}

ServedWallet::ServedWallet(std::unique_ptr<interfaces::Wallet> wallet) :
    Served{HeldWallet{std::move(wallet)}}
{
    // A wallet keeps the functions of former listeners: they must not keep the wallet.
    m_unloading = Listen(*m_target(), [weak = std::weak_ptr{m_target.m_held}] {
        std::shared_ptr<interfaces::Wallet> last; // destroyed after the lock is released
        if (const auto held = weak.lock()) {
            const Lock lock{held->mutex};
            last = std::move(held->wallet);
        }
    });
}

std::unique_ptr<interfaces::Handler> ServedWallet::handleUnload(UnloadFn fn)
{
    return Listen(*m_target(), std::move(fn));
}
} // namespace mpbitcoin
