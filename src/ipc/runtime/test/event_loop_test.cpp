// What a process waits for before it ends.

#include <interfaces/chain.h>
#include <ipc/interfaces/processes/processes.capnp.proxy-types.h>
#include <ipc/runtime/context.h>
#include <ipc/runtime/event_loop.h>
#include <os/descriptor.h>
#include <sys/socket.h>
#include <test/errors.h>
#include <util/translation.h>

#include <kj/test.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
using namespace std::chrono_literals;

//! Its method returns when the test wants.
class SlowInit final : public NodeInit
{
public:
    std::unique_ptr<interfaces::Chain> serveChain() override
    {
        m_called.set_value();
        m_may_return.get_future().wait();
        m_returned = true;
        return nullptr;
    }

    std::promise<void> m_called;
    std::promise<void> m_may_return;
    std::atomic<bool> m_returned{false};
};

KJ_TEST("a process ends after the calls of its parent, even if the parent has left")
{
    int fds[2];
    KJ_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
    Descriptor end{fds[0]};
    Context context;
    SlowInit init;
    auto served = std::async(std::launch::async, [&] {
        EventLoop loop{"child", context};
        loop.serve<process_messages::NodeInit>(std::move(end), init);
        return init.m_returned.load();
    });
    {
        EventLoop loop{"parent", context};
        const auto node = loop.connect<process_messages::NodeInit>(Descriptor{fds[1]});
        std::string error;
        // Expectations only count on the test's own thread.
        std::thread caller{[&] { error = ErrorOf([&] { node->makeChain(); }); }};
        init.m_called.get_future().wait();
        KJ_REQUIRE(::shutdown(fds[1], SHUT_RDWR) == 0);
        caller.join();
        KJ_EXPECT(error == "IPC client method call interrupted by disconnect.", error.c_str());
    }
    KJ_EXPECT(served.wait_for(200ms) == std::future_status::timeout);
    init.m_may_return.set_value();
    KJ_EXPECT(served.get());
}
} // namespace
} // namespace mpbitcoin::test
