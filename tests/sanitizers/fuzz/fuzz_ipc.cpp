// The fuzzer's entry points: see README.md.

#include <conversation.h>
#include <fakes.h>
#include <ipc/runtime/event_loop.h>
#include <logging.h>
#include <poll.h>
#include <roots.capnp.proxy-types.h>
#include <scheduler.h>
#include <sys/socket.h>
#include <unistd.h>
#include <util/translation.h>

#include <kj/debug.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <thread>

// What the tree's libraries leave to each executable.
const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::fuzz {
namespace {
//! Longer than any connection takes to end on a loaded machine.
constexpr std::chrono::seconds PATIENCE{60};

//! The number of this process' threads.
size_t Threads()
{
    const std::filesystem::directory_iterator tasks{"/proc/self/task"};
    return std::distance(begin(tasks), end(tasks));
}

//! Waits until `reached` returns true. Ends the process with `problem` if that takes too long.
template <typename Reached>
void WaitFor(Reached reached, const char* problem)
{
    const auto deadline{std::chrono::steady_clock::now() + PATIENCE};
    while (!reached()) {
        if (std::chrono::steady_clock::now() > deadline) {
            std::fprintf(stderr, "%s\n", problem);
            std::abort();
        }
        std::this_thread::sleep_for(std::chrono::microseconds{100});
    }
}

//! The process under test, in this one: an event loop that serves one connection at a time.
class Server
{
public:
    Server() { m_context.scheduler = &m_scheduler; }

    //! Starts the loop's threads, once.
    void start() { m_loop.get(); }

    //! Our end of a new connection.
    int connect()
    {
        int fds[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) std::abort();
        auto& loop{m_loop.get()};
        loop.sync([&] { mp::ServeStream<messages::Roots>(loop, fds[0], m_roots); });
        return fds[1];
    }

    //! Waits until a connection that we have closed is gone, with all that belonged to it.
    //! `threads` is the number of threads before it: a call that runs ends its thread after the
    //! connection.
    void finish(size_t threads)
    {
        auto& loop{m_loop.get()};
        WaitFor(
            [&] {
                bool gone{false};
                loop.sync([&] { gone = loop.m_incoming_connections.empty(); });
                return gone;
            },
            "a closed connection does not end");
        m_loop.finishCleanups();
        WaitFor([&] { return Threads() <= threads; }, "threads of a closed connection do not end");
    }

private:
    CScheduler m_scheduler;
    Context m_context;
    Roots m_roots;
    EventLoop m_loop{"fuzz", m_context};
};

//! Send bytes as they are, then no more; take whatever is answered.
void SendRaw(int fd, const uint8_t* data, size_t size)
{
    bool sending{true};
    uint8_t answer[4096];
    while (true) {
        if (sending && size == 0) {
            ::shutdown(fd, SHUT_WR);
            sending = false;
        }
        pollfd poll{fd, static_cast<short>(sending ? POLLIN | POLLOUT : POLLIN), 0};
        if (::poll(&poll, 1, -1) < 0) break;
        if (poll.revents & (POLLIN | POLLHUP | POLLERR)) {
            if (::recv(fd, answer, sizeof(answer), 0) <= 0) break;
        }
        if (poll.revents & POLLOUT) {
            const auto sent{::send(fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT)};
            if (sent <= 0) break;
            data += sent;
            size -= sent;
        }
    }
    ::close(fd);
}

//! What IPC_FUZZ_TARGET names; nullopt for raw bytes.
std::optional<Root> Target()
{
    static const std::map<std::string, std::optional<Root>> TARGETS{
        {"raw", std::nullopt},
        {"node", Root::NODE},
        {"chain", Root::CHAIN},
        {"wallet_loader", Root::WALLET_LOADER},
        {"wallet_process", Root::WALLET_PROCESS},
    };
    const char* name{std::getenv("IPC_FUZZ_TARGET")};
    const auto target{TARGETS.find(name ? name : "")};
    if (target == TARGETS.end()) {
        std::fprintf(stderr, "IPC_FUZZ_TARGET must be one of:");
        for (const auto& [known, root] : TARGETS) {
            std::fprintf(stderr, " %s", known.c_str());
        }
        std::fprintf(stderr, "\n");
        std::exit(EXIT_FAILURE);
    }
    return target->second;
}
} // namespace
} // namespace mpbitcoin::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    using namespace mpbitcoin::fuzz;
    static const auto target{Target()};
    static auto& server{*new Server};
    static auto& io{*new kj::AsyncIoContext{kj::setupAsyncIo()}};
    static const bool quiet{[] {
        LogInstance().DisableLogging();
        kj::_::Debug::setLogLevel(kj::LogSeverity::FATAL);
        return true;
    }()};
    (void)quiet;
    server.start();
    const auto threads{Threads()};
    const int fd{server.connect()};
    if (target) {
        Choices choices{data, size};
        Converse(io, fd, *target, choices);
    } else {
        SendRaw(fd, data, size);
    }
    server.finish(threads);
    return 0;
}
