#ifndef MPBITCOIN_EXECUTABLES_WALLET_CRYPTO_START_H
#define MPBITCOIN_EXECUTABLES_WALLET_CRYPTO_START_H

#include <key.h>
#include <random.h>
#include <sandbox/outside_files.h>

#include <future>
#include <memory>

namespace mpbitcoin {
//! The start of Bitcoin Core's random numbers and elliptic curves. It strengthens the seed for
//! 100 ms, on a thread of its own: until wallets are loaded, the node has other things to do.
//! Whoever takes random numbers earlier seeds them, too, and gets good ones.
class CryptoStart
{
public:
    CryptoStart() :
        m_started{std::async(std::launch::async, [] {
                      // The seed also takes in system files, where this process may read them. They
                      // are no business of the node's.
                      NeverAskOnThisThread();
                      RandomInit();
                      return std::make_unique<ECC_Context>();
                  }).share()}
    {
    }
    //! Any thread: returns when keys can be used. They can until this is destroyed.
    void wait() const { m_started.wait(); }

private:
    const std::shared_future<std::unique_ptr<ECC_Context>> m_started;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_CRYPTO_START_H
