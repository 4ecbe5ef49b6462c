// What the server offers: the plain C++ interfaces behind echo.capnp.

#ifndef MPBITCOIN_BENCHMARKS_IPC_ECHO_ECHO_H
#define MPBITCOIN_BENCHMARKS_IPC_ECHO_ECHO_H

#include <memory>
#include <string>

namespace bench {

class Echo
{
public:
    virtual ~Echo() = default;
    virtual std::string echo(const std::string& text) = 0;
    virtual std::string echoOnLoop(const std::string& text) = 0;
};

class Init
{
public:
    virtual ~Init() = default;
    virtual std::unique_ptr<Echo> makeEcho() = 0;
};

} // namespace bench

#endif // MPBITCOIN_BENCHMARKS_IPC_ECHO_ECHO_H
