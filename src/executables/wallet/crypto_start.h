#ifndef MPBITCOIN_EXECUTABLES_WALLET_CRYPTO_START_H
#define MPBITCOIN_EXECUTABLES_WALLET_CRYPTO_START_H

#include <key.h>
#include <random.h>
#include <sandbox/outside_files.h>

#include <future>
#include <memory>

namespace mpbitcoin {
//! Starts Bitcoin Core's random numbers and elliptic curves. This strengthens the seed for 100 ms,
//! on a separate thread: the node has other work until wallets are loaded. Threads that need random
//! numbers earlier also seed them, and get good ones.
class CryptoStart
{
public:
    CryptoStart() :
        m_started{std::async(std::launch::async, [] {
                      // The seed also uses system files that this process may read. The node must
                      // not open them for it.
                      NeverAskOnThisThread();
                      RandomInit();
                      return std::make_unique<ECC_Context>();
                  }).share()}
    {
    }
    //! Returns when keys can be used, which ends when this is destroyed. Any thread.
    void wait() const { m_started.wait(); }

private:
    const std::shared_future<std::unique_ptr<ECC_Context>> m_started;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_CRYPTO_START_H
