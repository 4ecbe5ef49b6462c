#include <greeter.capnp.h>
#include <greeter.capnp.proxy.h>
#include <greeter.h>
#include <sys/socket.h>

#include <capnp/common.h>
#include <mp/proxy-io.h>

#include <functional>
#include <future>
#include <iostream>
#include <string>
#include <thread>

namespace {

class GreeterImpl : public Greeter
{
public:
    std::string greet(const std::string& name) override { return "Hello, " + name + "!"; }
};

} // namespace

//! Prints the Cap'n Proto version compiled against, and a greeting that went through a socket pair.
int main()
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return 1;

    GreeterImpl server;
    std::promise<mp::EventLoop*> started;
    std::thread thread{[&] {
        const std::function<void(bool, std::string)> no_log{[](bool, const std::string&) {}};
        mp::EventLoop loop{"consumer", no_log};
        mp::ServeStream<schema::Greeter>(loop, ends[0], server);
        started.set_value(&loop);
        loop.loop();
    }};
    mp::EventLoop& loop{*started.get_future().get()};
    auto client{mp::ConnectStream<schema::Greeter>(loop, ends[1])};
    const std::string greeting{client->greet("prefix")};
    client.reset();
    thread.join();

    std::cout << "Cap'n Proto " << CAPNP_VERSION_MAJOR << "." << CAPNP_VERSION_MINOR << "."
              << CAPNP_VERSION_MICRO << "\n"
              << greeting << "\n";
    return greeting == "Hello, prefix!" ? 0 : 1;
}
