// The configuration of a wallet process, as a message.

#include <executables/common/configuration.h>
#include <os/descriptor.h>
#include <os/socket.h>
#include <sys/socket.h>
#include <test/errors.h>
#include <unistd.h>
#include <util/translation.h>

#include <kj/test.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
namespace {
const Configuration SAMPLE{.settings = R"({"forced":{}})",
                           .network_only = {"-wallet", "-walletdir"},
                           .data_dir = "/a folder"};

void ExpectSample(const Configuration& configuration)
{
    KJ_EXPECT(configuration.settings == SAMPLE.settings);
    KJ_EXPECT(configuration.network_only == SAMPLE.network_only);
    KJ_EXPECT(configuration.data_dir == SAMPLE.data_dir);
}

std::pair<Descriptor, Descriptor> SocketPair()
{
    int pair[2];
    KJ_ASSERT(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    return {Descriptor{pair[0]}, Descriptor{pair[1]}};
}

KJ_TEST("a message is read as it was written")
{
    ExpectSample(ReadConfiguration(ConfigurationMessage(SAMPLE)));
    const Configuration empty{ReadConfiguration(ConfigurationMessage({}))};
    KJ_EXPECT(empty.settings.empty());
    KJ_EXPECT(empty.network_only.empty());
}

KJ_TEST("nothing behind the message is read")
{
    const auto [ours, theirs]{SocketPair()};
    Send(ours, ConfigurationMessage(SAMPLE));
    Send(ours, std::vector<unsigned char>{'x'});
    ExpectSample(ReceiveConfiguration(theirs.get()).value());
    char next{0};
    KJ_EXPECT(::read(theirs.get(), &next, 1) == 1);
    KJ_EXPECT(next == 'x');
}

KJ_TEST("a message that is larger than the socket's buffer arrives")
{
    auto [ours, theirs]{SocketPair()};
    const std::string settings(1 << 20, 's');
    std::thread writer{[&] { Send(ours, ConfigurationMessage({.settings = settings})); }};
    KJ_EXPECT(ReceiveConfiguration(theirs.get()).value().settings == settings);
    writer.join();
}

KJ_TEST("a closed connection has no configuration")
{
    auto [ours, theirs]{SocketPair()};
    ours.reset();
    KJ_EXPECT(!ReceiveConfiguration(theirs.get()));
}

KJ_TEST("parts of a message are refused")
{
    auto part{ConfigurationMessage(SAMPLE)};
    part.resize(part.size() / 2);
    KJ_EXPECT(ErrorOf([&] { ReadConfiguration(part); }).starts_with("invalid configuration"));
    auto [ours, theirs]{SocketPair()};
    Send(ours, part);
    ours.reset();
    KJ_EXPECT(ErrorOf([&] { ReceiveConfiguration(theirs.get()); }).starts_with("invalid config"));
    KJ_EXPECT(ErrorOf([] { ReadConfiguration({}); }).starts_with("invalid configuration"));
}

KJ_TEST("bytes for nobody are dropped")
{
    auto [ours, theirs]{SocketPair()};
    theirs.reset();
    Send(ours, ConfigurationMessage(SAMPLE));
}
} // namespace
} // namespace mpbitcoin::test
