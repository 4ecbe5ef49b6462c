#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_TEST_SERVED_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_TEST_SERVED_H

#include <ipc/interfaces/wallet/test/connection.h>
#include <support/allocators/secure.h>
#include <wallet/walletutil.h>

#include <kj/test.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace mpbitcoin::test {
constexpr uint64_t FLAGS{wallet::WALLET_FLAG_DESCRIPTORS};
inline const SecureString PASSPHRASE{"correct horse battery staple"};

//! Creates a wallet in the other process.
inline std::unique_ptr<interfaces::Wallet> Created(interfaces::WalletLoader& loader)
{
    std::vector<bilingual_str> warnings;
    auto result = loader.createWallet("main", PASSPHRASE, FLAGS, warnings);
    KJ_EXPECT(result.has_value());
    return std::move(*result);
}

//! A wallet of the other process.
struct Served
{
    Pair pair;
    std::unique_ptr<interfaces::WalletLoader> loader{pair.init->makeWalletLoader()};
    std::unique_ptr<interfaces::Wallet> wallet{Created(*loader)};
};
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_TEST_SERVED_H
