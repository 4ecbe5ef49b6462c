#include "consumer.h"

#include <consumer.capnp.h>
#include <consumer.capnp.proxy.h>
#include <functional>
#include <future>
#include <mp/proxy-io.h>
#include <string>
#include <sys/socket.h>
#include <thread>

namespace {

class AdderImpl : public Adder
{
public:
    int add(int a, int b) override { return a + b; }
};

} // namespace

int main()
{
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) return 2;

    AdderImpl server;
    std::promise<mp::EventLoop*> started;
    std::thread thread([&] {
        const std::function<void(bool, std::string)> log = [](bool, const std::string&) {};
        mp::EventLoop loop("consumer", log);
        mp::ServeStream<messages::Adder>(loop, fds[0], server);
        started.set_value(&loop);
        loop.loop();
    });
    auto client = mp::ConnectStream<messages::Adder>(*started.get_future().get(), fds[1]);
    const int sum = client->add(20, 22);
    client.reset();
    thread.join();
    return sum == 42 ? 0 : 1;
}
