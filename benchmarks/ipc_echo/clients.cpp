#include "clients.h"

#include "echo.h"
#include "process.h"
#include "server.h"

#include <echo.capnp.h>
#include <echo.capnp.proxy-types.h>
#include <unistd.h>

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <mp/proxy-io.h>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;
const std::string TEXT{"hello"};

double Microseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::micro>(time).count();
}

//! Takes the time and the counters before and after the measured calls.
class Meter
{
public:
    Meter(const Peer& server, std::size_t calls) : m_server{server.pid()}, m_calls(calls) {}

    void start()
    {
        m_before = ReadCounters(m_server);
        m_own_before = ReadCounters(getpid());
        m_start = Clock::now();
    }

    Result stop(std::vector<double> latencies) const
    {
        const double seconds{Microseconds(Clock::now() - m_start) / 1e6};
        const Counters own{ReadCounters(getpid())};
        const Counters after{ReadCounters(m_server)};
        const auto per_call = [this](std::uint64_t from, std::uint64_t to) {
            return static_cast<double>(to - from) / static_cast<double>(m_calls);
        };
        const double tick{1e6 / static_cast<double>(sysconf(_SC_CLK_TCK))};
        return {
            .seconds = seconds,
            .latencies = std::move(latencies),
            .server_switches = per_call(m_before.switches, after.switches),
            .server_cpu = per_call(m_before.cpu_ticks, after.cpu_ticks) * tick,
            .request_bytes = per_call(m_own_before.bytes_written, own.bytes_written),
            .response_bytes = per_call(m_own_before.bytes_read, own.bytes_read),
        };
    }

private:
    pid_t m_server;
    std::size_t m_calls;
    Counters m_before, m_own_before;
    Clock::time_point m_start;
};

//! Make one call after another with `call()`: first those that warm up, then the measured ones.
template <typename Call>
Result OneByOne(const Peer& server, std::size_t calls, const Call& call)
{
    for (std::size_t i{0}; i < calls / 10; ++i)
        call();
    std::vector<double> latencies;
    latencies.reserve(calls);
    Meter meter{server, calls};
    meter.start();
    for (std::size_t i{0}; i < calls; ++i) {
        const Clock::time_point start{Clock::now()};
        call();
        latencies.push_back(Microseconds(Clock::now() - start));
    }
    return meter.stop(std::move(latencies));
}

//! A plain Cap'n Proto client, and a server thread for each call in flight.
class PlainClient
{
public:
    PlainClient(int fd, std::size_t flight) :
        m_io{kj::setupAsyncIo()},
        m_stream{
            m_io.lowLevelProvider->wrapSocketFd(fd, kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP)},
        m_client{*m_stream}
    {
        auto init = m_client.bootstrap().castAs<messages::Init>();
        auto threads = init.constructRequest().send().wait(m_io.waitScope).getThreadMap();
        for (std::size_t i{0}; i < flight; ++i) {
            auto request = threads.makeThreadRequest();
            request.setName("client");
            m_threads.push_back(request.send().wait(m_io.waitScope).getResult());
        }
        auto request = init.makeEchoRequest();
        request.initContext().setThread(m_threads.front());
        m_echo = request.send().wait(m_io.waitScope).getResult();
    }

    //! One call on server thread `thread`.
    kj::Promise<void> call(std::size_t thread)
    {
        auto request = m_echo.echoRequest();
        request.initContext().setThread(m_threads[thread]);
        request.setEcho(TEXT);
        return checked(request);
    }

    //! One call without a server thread.
    kj::Promise<void> callOnLoop()
    {
        auto request = m_echo.echoOnLoopRequest();
        request.setEcho(TEXT);
        return checked(request);
    }

    //! Calls on server thread `thread`, one after another, until `left` is zero.
    kj::Promise<void> repeat(std::size_t thread, std::size_t& left)
    {
        if (left == 0) return kj::READY_NOW;
        --left;
        return call(thread).then([this, thread, &left] { return repeat(thread, left); });
    }

    //! `count` calls, as many at once as there are threads.
    void calls(std::size_t count)
    {
        auto promises = kj::heapArrayBuilder<kj::Promise<void>>(m_threads.size());
        for (std::size_t i{0}; i < m_threads.size(); ++i)
            promises.add(repeat(i, count));
        wait(kj::joinPromises(promises.finish()));
    }

    void wait(kj::Promise<void> promise) { promise.wait(m_io.waitScope); }

private:
    template <typename Request>
    static kj::Promise<void> checked(Request& request)
    {
        return request.send().then([](auto&& response) {
            if (response.getResult() != TEXT.c_str()) throw std::runtime_error("bad echo");
        });
    }

    kj::AsyncIoContext m_io;
    kj::Own<kj::AsyncIoStream> m_stream;
    capnp::TwoPartyClient m_client;
    std::vector<mp::Thread::Client> m_threads;
    messages::Echo::Client m_echo{nullptr};
};

//! An event loop of libmultiprocess in a thread of its own, while it exists.
class LoopThread
{
public:
    LoopThread()
    {
        std::promise<mp::EventLoop*> ready;
        m_thread = std::thread{[this, &ready] {
            mp::EventLoop loop{"client", MakeLogOptions()};
            m_ref.emplace(loop);
            ready.set_value(&loop);
            loop.loop();
        }};
        m_loop = ready.get_future().get();
    }

    ~LoopThread()
    {
        m_ref.reset();
        m_thread.join();
    }

    mp::EventLoop& get() { return *m_loop; }

private:
    mp::EventLoop* m_loop{nullptr};
    std::optional<mp::EventLoopRef> m_ref;
    std::thread m_thread;
};

void CheckedEcho(Echo& echo)
{
    if (echo.echo(TEXT) != TEXT) throw std::runtime_error("bad echo");
}

//! `calls` calls by each of `threads` threads, which begin together with `start()`.
template <typename Start>
void ThreadsOfCalls(Echo& echo, std::size_t threads, std::size_t calls, const Start& start)
{
    std::promise<void> go;
    std::shared_future<void> gone{go.get_future()};
    std::vector<std::promise<void>> ready(threads);
    std::vector<std::thread> running;
    for (std::size_t i{0}; i < threads; ++i) {
        running.emplace_back([&, i] {
            CheckedEcho(echo); // makes the server's thread
            ready[i].set_value();
            gone.wait();
            for (std::size_t n{0}; n < calls; ++n)
                CheckedEcho(echo);
        });
    }
    for (auto& promise : ready)
        promise.get_future().wait();
    start();
    go.set_value();
    for (auto& thread : running)
        thread.join();
}

} // namespace

Result MeasureRaw(const Request& request)
{
    std::string out(request.request_bytes, 'x');
    std::string in(request.response_bytes, 'y');
    Peer server{[&](int fd) {
        while (ReceiveAll(fd, out.data(), out.size()))
            SendAll(fd, in.data(), in.size());
        close(fd);
    }};
    const int fd{server.releaseFd()};
    Result result{OneByOne(server, request.calls, [&] {
        SendAll(fd, out.data(), out.size());
        if (!ReceiveAll(fd, in.data(), in.size())) throw std::runtime_error("server gone");
    })};
    close(fd);
    return result;
}

Result MeasurePlain(const Request& request)
{
    Peer server{Serve};
    PlainClient client{server.releaseFd(), request.flight};
    if (request.flight == 1) {
        return OneByOne(server, request.calls, [&client] { client.wait(client.call(0)); });
    }
    client.calls(request.calls / 10);
    Meter meter{server, request.calls};
    meter.start();
    client.calls(request.calls);
    return meter.stop({});
}

Result MeasureLoop(const Request& request)
{
    Peer server{Serve};
    PlainClient client{server.releaseFd(), 1};
    return OneByOne(server, request.calls, [&client] { client.wait(client.callOnLoop()); });
}

Result MeasureProxy(const Request& request)
{
    Peer server{Serve};
    LoopThread loop;
    auto init = mp::ConnectStream<messages::Init>(loop.get(), server.releaseFd());
    const std::unique_ptr<Echo> echo{init->makeEcho()};
    if (request.flight == 1) {
        return OneByOne(server, request.calls, [&echo] { CheckedEcho(*echo); });
    }
    const std::size_t calls{request.calls / request.flight};
    Meter meter{server, calls * request.flight};
    ThreadsOfCalls(*echo, request.flight, calls, [&meter] { meter.start(); });
    return meter.stop({});
}

} // namespace bench
