#include "server.h"

#include "echo.h"

#include <echo.capnp.h>
#include <echo.capnp.proxy-types.h>

#include <mp/proxy-io.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace bench {
namespace {

class EchoImpl final : public Echo
{
public:
    std::string echo(const std::string& text) override { return text; }
    std::string echoOnLoop(const std::string& text) override { return text; }
};

class InitImpl final : public Init
{
public:
    std::unique_ptr<Echo> makeEcho() override { return std::make_unique<EchoImpl>(); }
};

} // namespace

mp::LogOptions MakeLogOptions()
{
    return {
        .log_fn =
            [](const mp::LogMessage& message) {
                if (message.level == mp::Log::Raise) throw std::runtime_error(message.message);
                std::cerr << message.message << '\n';
            },
        .log_level = mp::Log::Warning,
    };
}

void Serve(int fd)
{
    InitImpl init;
    mp::EventLoop loop{"server", MakeLogOptions()};
    mp::ServeStream<messages::Init>(loop, fd, init);
    loop.loop();
}

} // namespace bench
