// The queue of notifications counts all its memory, gives up receivers that exceed the limit or
// fail, and then keeps nothing.

#include <executables/node/notification_queue.h>
#include <ipc/exception.h>
#include <kernel/chain.h>
#include <kernel/types.h>
#include <primitives/block.h>
#include <undo.h>
#include <util/translation.h>

#include <kj/test.h>

#include <future>
#include <thread>

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
constexpr size_t BYTES{1 << 20};
//! The limit of waiting notifications, in units of BYTES.
constexpr int LIMIT{256};

//! A block that spends an output with a large script.
void ConnectBlock(NotificationQueue& queue)
{
    CBlockUndo undo;
    undo.vtxundo.emplace_back().vprevout.emplace_back().out.scriptPubKey.resize(BYTES);
    const uint256 hash;
    interfaces::BlockInfo block{hash};
    block.undo_data = &undo;
    queue.blockConnected({}, block);
}

KJ_TEST("undo data counts towards the limit")
{
    int given_up{0};
    NotificationQueue queue{[&] { ++given_up; }};
    for (int i{0}; i < LIMIT - 1; ++i) {
        ConnectBlock(queue);
    }
    KJ_EXPECT(given_up == 0);
    for (int i{0}; i < 3; ++i) {
        ConnectBlock(queue);
    }
    KJ_EXPECT(given_up == 1);
    queue.drain(); // does not wait, because the queue is empty
}

KJ_TEST("a queue that gives up its receiver drops further notifications")
{
    std::promise<void> taking;
    std::promise<void> go_on;
    int taken{0};
    NotificationQueue queue{[] {}};
    queue.updatedBlockTip();
    std::thread thread{[&] {
        queue.run([&](const auto&) {
            ++taken;
            taking.set_value();
            go_on.get_future().wait();
        });
    }};
    taking.get_future().wait();
    for (int i{0}; i <= LIMIT; ++i) {
        ConnectBlock(queue);
    }
    go_on.set_value();
    thread.join();
    KJ_EXPECT(taken == 1);
}

//! After an error the next notification would leave a gap.
KJ_TEST("a queue gives up a receiver that fails")
{
    int given_up{0};
    int taken{0};
    NotificationQueue queue{[&] { ++given_up; }};
    queue.updatedBlockTip();
    queue.updatedBlockTip();
    queue.run([&](const auto&) {
        ++taken;
        throw ipc::Exception{"failed"};
    });
    KJ_EXPECT(taken == 1);
    KJ_EXPECT(given_up == 1);
}
} // namespace
} // namespace mpbitcoin::test
