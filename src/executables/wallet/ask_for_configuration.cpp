#include <executables/wallet/ask_for_configuration.h>
#include <ipc/interfaces/common/bytes.h>
#include <ipc/interfaces/processes/processes.capnp.h>
#include <ipc/runtime/event_loop.h>

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <kj/exception.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace mpbitcoin {
namespace {
using Node = ::ipc::capnp::messages::NodeInit;
using Answer = capnp::Response<Node::WalletConfigurationResults>;

//! The reason for a missing answer, for users.
std::runtime_error Failure(const kj::Exception& error)
{
    using Type = kj::Exception::Type;
    if (error.getType() == Type::DISCONNECTED) return std::runtime_error{"it has disconnected"};
    if (error.getType() == Type::UNIMPLEMENTED) {
        return std::runtime_error{"it has another version; use the bitcoin-wallet that was "
                                  "installed with it"};
    }
    constexpr std::string_view remote{"remote exception: "};
    const std::string_view words{error.getDescription().cStr()};
    return std::runtime_error{
        std::string{words.starts_with(remote) ? words.substr(remote.size()) : words}};
}

//! Fails after HANDSHAKE_TIME.
kj::Promise<Answer> FailLater(kj::Timer& timer)
{
    return timer.afterDelay(HANDSHAKE_TIME.count() * kj::SECONDS).then([]() -> Answer {
        kj::throwFatalException(
            {kj::Exception::Type::FAILED, __FILE__, __LINE__,
             kj::str("it has not answered for ", HANDSHAKE_TIME.count(), " seconds")});
    });
}
} // namespace

Configuration AskForConfiguration(Descriptor connection)
{
    try {
        auto io = kj::setupAsyncIo();
        auto stream = io.lowLevelProvider->wrapSocketFd(
            connection.release(), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP);
        capnp::TwoPartyClient client{*stream};
        auto node = client.bootstrap().castAs<Node>();
        kj::Promise<Answer> asked{node.walletConfigurationRequest().send()};
        const auto answer =
            asked.exclusiveJoin(FailLater(io.provider->getTimer())).wait(io.waitScope);
        if (answer.hasError()) throw std::runtime_error{answer.getError().cStr()};
        return ReadConfiguration(Span(answer.getResult()));
    } catch (const kj::Exception& error) {
        throw Failure(error);
    }
}
} // namespace mpbitcoin
