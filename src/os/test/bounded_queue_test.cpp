// A queue uses no more memory than its limit, and nobody waits for a queue that has ended.

#include <os/bounded_queue.h>

#include <kj/test.h>

#include <atomic>
#include <thread>
#include <vector>

namespace mpbitcoin::test {
namespace {
constexpr size_t LIMIT{10};

KJ_TEST("items arrive in order")
{
    BoundedQueue<int> queue{LIMIT};
    std::vector<int> taken;
    std::thread thread{[&] { queue.run([&](int item) { taken.push_back(item); }); }};
    for (int item{0}; item < 100; ++item) {
        queue.add(item, 1);
    }
    queue.drain();
    KJ_EXPECT(queue.idle());
    queue.end();
    thread.join();
    KJ_ASSERT(taken.size() == 100);
    for (int item{0}; item < 100; ++item) {
        KJ_EXPECT(taken[item] == item);
    }
}

KJ_TEST("a queue rejects an item beyond the limit")
{
    BoundedQueue<int> queue{LIMIT};
    KJ_EXPECT(queue.tryAdd(1, LIMIT));
    KJ_EXPECT(!queue.tryAdd(2, 1));
    KJ_EXPECT(!queue.idle());
}

KJ_TEST("an item larger than the limit waits for room and is taken")
{
    BoundedQueue<int> queue{LIMIT};
    queue.add(1, 2 * LIMIT);
    std::atomic<bool> added{false};
    std::thread adding{[&] {
        queue.add(2, 1);
        added = true;
    }};
    KJ_EXPECT(!added);
    std::atomic<int> sum{0};
    std::thread taking{[&] { queue.run([&](int item) { sum += item; }); }};
    adding.join();
    queue.drain();
    KJ_EXPECT(sum == 3);
    queue.end();
    taking.join();
}

KJ_TEST("nobody waits for a queue that has ended")
{
    BoundedQueue<int> queue{LIMIT};
    queue.add(1, LIMIT);
    std::thread adding{[&] { queue.add(2, 1); }};
    queue.end();
    adding.join();
    queue.drain();
    KJ_EXPECT(queue.idle());
    KJ_EXPECT(queue.tryAdd(3, 2 * LIMIT)); // dropped
    int taken{0};
    queue.run([&](int) { ++taken; });
    KJ_EXPECT(taken == 0);
}
} // namespace
} // namespace mpbitcoin::test
