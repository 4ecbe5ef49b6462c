//! Echo of a node, called by plain Cap'n Proto in one thread: client SOCKET CALLS FLIGHT
//!
//! Prints the time of each call in microseconds and the processor time of all, as JSON.

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <kj/debug.h>
#include <mp/proxy.capnp.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

namespace {
using Clock = std::chrono::steady_clock;

//! Ids of Bitcoin Core's schemas; methods are given by their ordinals.
constexpr uint64_t INIT{0x8838c700ba5cba65};
constexpr uint64_t ECHO_ID{0xd36b89640dc94399};

class ThreadMap final : public mp::ThreadMap::Server
{
};
class Thread final : public mp::Thread::Server
{
};

int connectTo(const char* path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    const int fd{socket(AF_UNIX, SOCK_STREAM, 0)};
    KJ_SYSCALL(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)));
    return fd;
}

double processorTime()
{
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) { return time.tv_sec + time.tv_usec / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

//! The parameters of a method with a context, `pointers` in all.
capnp::Request<capnp::AnyPointer, capnp::AnyPointer> request(capnp::Capability::Client& target,
                                                             uint64_t interface_id,
                                                             uint16_t ordinal,
                                                             uint16_t pointers,
                                                             mp::Thread::Client worker,
                                                             mp::Thread::Client callback)
{
    auto made = target.typelessRequest(interface_id, ordinal, nullptr, {});
    auto context = made.initAsAnyStruct(0, pointers).getPointerSection()[0].initAs<mp::Context>();
    context.setThread(worker);
    context.setCallbackThread(callback);
    return made;
}

//! One worker of the node: its calls come one after the other.
struct Lane
{
    mp::Thread::Client worker;
    std::size_t left;
};

class Client
{
public:
    Client(kj::AsyncIoContext& io, const char* path) :
        m_io{io},
        m_stream{io.lowLevelProvider->wrapSocketFd(connectTo(path))},
        m_client{*m_stream},
        m_init{m_client.bootstrap()}
    {
        auto construct = m_init.typelessRequest(INIT, 0, nullptr, {});
        construct.initAsAnyStruct(0, 1).getPointerSection()[0].setAs<mp::ThreadMap>(
            kj::heap<ThreadMap>());
        auto answer = construct.send().wait(io.waitScope);
        m_map = pointer(answer).getAs<mp::ThreadMap>();
    }

    mp::Thread::Client worker()
    {
        return m_map.makeThreadRequest().send().wait(m_io.waitScope).getResult();
    }

    void makeEcho()
    {
        auto answer = request(m_init, INIT, 1, 1, worker(), m_callback).send().wait(m_io.waitScope);
        m_echo = pointer(answer).getAs<capnp::Capability>();
    }

    kj::Promise<void> run(Lane& lane)
    {
        if (lane.left-- == 0) return kj::READY_NOW;
        auto call = request(m_echo, ECHO_ID, 1, 2, lane.worker, m_callback);
        call.getAs<capnp::AnyStruct>().getPointerSection()[1].setAs<capnp::Text>("hello");
        const auto start = Clock::now();
        return call.send().then([this, &lane, start](auto&& response) {
            KJ_REQUIRE(pointer(response).template getAs<capnp::Text>() == "hello");
            const std::chrono::duration<double, std::micro> time{Clock::now() - start};
            times.push_back(time.count());
            return run(lane);
        });
    }

    std::vector<double> times;

private:
    static capnp::AnyPointer::Reader pointer(capnp::Response<capnp::AnyPointer>& response)
    {
        return response.getAs<capnp::AnyStruct>().getPointerSection()[0];
    }

    kj::AsyncIoContext& m_io;
    kj::Own<kj::AsyncIoStream> m_stream;
    capnp::TwoPartyClient m_client;
    capnp::Capability::Client m_init;
    mp::ThreadMap::Client m_map{nullptr};
    mp::Thread::Client m_callback{kj::heap<Thread>()};
    capnp::Capability::Client m_echo{nullptr};
};
} // namespace

int main(int argc, char* argv[])
{
    if (argc != 4) return 2;
    const std::size_t calls{std::stoul(argv[2])};
    const std::size_t flight{std::stoul(argv[3])};
    auto io = kj::setupAsyncIo();
    Client client{io, argv[1]};
    client.makeEcho();
    std::vector<Lane> lanes;
    for (std::size_t lane = 0; lane < flight; ++lane) {
        lanes.push_back({client.worker(), 20});
    }
    // The first calls start the workers; they are not counted.
    for (const bool counted : {false, true}) {
        const double cpu{processorTime()};
        const auto start = Clock::now();
        client.times.clear();
        auto all = kj::heapArrayBuilder<kj::Promise<void>>(flight);
        for (auto& lane : lanes) {
            if (counted) lane.left = calls / flight;
            all.add(client.run(lane));
        }
        kj::joinPromises(all.finish()).wait(io.waitScope);
        if (!counted) continue;
        const std::chrono::duration<double> time{Clock::now() - start};
        std::printf("{\"seconds\": %f, \"cpu\": %f, \"times\": [", time.count(),
                    processorTime() - cpu);
        for (std::size_t index = 0; index < client.times.size(); ++index) {
            std::printf("%s%.1f", index ? ", " : "", client.times[index]);
        }
        std::printf("]}\n");
    }
    return 0;
}
