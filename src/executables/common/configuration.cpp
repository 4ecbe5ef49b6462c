#include <executables/common/configuration.h>
#include <ipc/interfaces/common/bytes.h>
#include <ipc/interfaces/processes/processes.capnp.h>
#include <sys/socket.h>

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/array.h>
#include <kj/exception.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace mpbitcoin {
namespace {
using Message = ::ipc::capnp::messages::Configuration;

//! Largest size of a configuration.
constexpr uint64_t MAX_BYTES{uint64_t{64} << 20};

capnp::ReaderOptions Options()
{
    return {.traversalLimitInWords = MAX_BYTES / sizeof(capnp::word)};
}

std::runtime_error Invalid(const kj::Exception& error)
{
    return std::runtime_error{std::string{"invalid configuration of a wallet process: "} +
                              error.getDescription().cStr()};
}

//! Wait for a first byte without reading it. Returns false when the other end closes instead.
bool WaitForByte(int socket)
{
    char byte{0};
    ssize_t got;
    do {
        got = ::recv(socket, &byte, 1, MSG_PEEK);
    } while (got < 0 && errno == EINTR);
    return got > 0;
}

Configuration Read(Message::Reader message)
{
    Configuration configuration{.settings = String(message.getSettings()),
                                .data_dir = String(message.getDataDir())};
    for (const auto name : message.getNetworkOnly()) {
        configuration.network_only.push_back(String(name));
    }
    return configuration;
}
} // namespace

std::vector<unsigned char> ConfigurationMessage(const Configuration& configuration)
{
    capnp::MallocMessageBuilder builder;
    auto message = builder.initRoot<Message>();
    message.setSettings(configuration.settings);
    message.setDataDir(configuration.data_dir);
    auto names = message.initNetworkOnly(configuration.network_only.size());
    for (unsigned i{0}; i < names.size(); ++i) {
        names.set(i, configuration.network_only[i]);
    }
    const kj::Array<capnp::word> words{capnp::messageToFlatArray(builder)};
    const auto bytes{words.asBytes()};
    return {bytes.begin(), bytes.end()};
}

Configuration ReadConfiguration(std::span<const unsigned char> message)
{
    // Words must be aligned. A partial last word is not part of a message.
    auto words{kj::heapArray<capnp::word>(message.size() / sizeof(capnp::word))};
    std::memcpy(words.begin(), message.data(), words.asBytes().size());
    try {
        capnp::FlatArrayMessageReader reader{words, Options()};
        return Read(reader.getRoot<Message>());
    } catch (const kj::Exception& error) {
        throw Invalid(error);
    }
}

std::optional<Configuration> ReceiveConfiguration(int socket)
{
    if (!WaitForByte(socket)) return std::nullopt;
    try {
        capnp::StreamFdMessageReader reader{socket, Options()};
        return Read(reader.getRoot<Message>());
    } catch (const kj::Exception& error) {
        throw Invalid(error);
    }
}
} // namespace mpbitcoin
