// Answers requested ahead for a thread are forgotten with the thread, even when the next thread has
// the same id.

#include <executables/common/forwarded_chain.h>
#include <executables/wallet/wallet_chain.h>
#include <ipc/interfaces/chain/test/fake_chain.h>
#include <util/translation.h>

#include <kj/test.h>

#include <memory>
#include <thread>
#include <vector>

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
const COutPoint OUTPOINT{Txid{}, 0};

//! Counts queries about single transactions.
class CountingChain final : public ForwardedChain
{
public:
    using ForwardedChain::ForwardedChain;
    void getTransactionAncestry(
        const Txid&, size_t& ancestors, size_t& cluster_count, size_t*, CAmount*) override
    {
        ancestors = cluster_count = 1;
        ++asked;
    }

    int asked{0};
};

class FakeBulkChain final : public BulkChain
{
public:
    std::vector<RunBlock> readBlocks(const uint256&, bool, const GCSFilter::ElementSet&) override
    {
        return {};
    }
    std::vector<Ancestry> getAncestries(const std::vector<Txid>& ids) override
    {
        return std::vector<Ancestry>(ids.size());
    }
    void readMempool(TransactionsFn) override {}
};

KJ_TEST("the next thread with the same id asks for itself")
{
    const auto node{MakeFakeChain(std::make_shared<FakeChainState>())};
    CountingChain counting{*node};
    FakeBulkChain bulk;
    WalletChain chain{counting, bulk, [] {}};
    const auto ask = [&] {
        size_t ancestors;
        size_t cluster_count;
        chain.getTransactionAncestry(OUTPOINT.hash, ancestors, cluster_count, nullptr, nullptr);
    };
    std::thread::id first;
    std::thread{[&] {
        first = std::this_thread::get_id();
        chain.calculateIndividualBumpFees({OUTPOINT}, CFeeRate{1000});
        ask();
    }}.join();
    KJ_EXPECT(counting.asked == 0);
    std::thread::id next;
    int threads{0};
    do {
        ++threads;
        std::thread{[&] {
            next = std::this_thread::get_id();
            ask();
        }}.join();
    } while (next != first);
    KJ_EXPECT(counting.asked == threads);
}
} // namespace
} // namespace mpbitcoin::test
