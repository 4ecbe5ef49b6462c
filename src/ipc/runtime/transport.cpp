#include <ipc/runtime/transport.h>
#include <logging.h>
#include <os/socket.h>
#include <sys/un.h>
#include <tinyformat.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace mpbitcoin {
namespace {
constexpr const char* UNIX{"unix"};
//! The default socket.
constexpr const char* NODE_SOCKET{"node.sock"};

//! A Unix socket, which serves only processes of our own user.
class UnixTransport final : public Transport
{
public:
    explicit UnixTransport(fs::path path) : m_path{std::move(path)} {}

    std::string address() const override { return strprintf("%s:%s", UNIX, name()); }
    Descriptor listen() override
    {
        auto socket{ListenUnix(m_path)};
        if (OthersMayReplace(m_path)) {
            LogWarning("Other users may write to %s, the folder of the IPC socket: run chmod go-w "
                       "on it",
                       fs::PathToString(m_path.parent_path()));
        }
        return socket;
    }
    Descriptor connect() override { return ConnectUnix(m_path); }
    std::optional<std::string> refusal(std::optional<int> fd) const override
    {
        const auto user{fd ? PeerUser(*fd) : std::nullopt};
        if (!user) return "the system does not report which user connects";
        if (*user == ::geteuid()) return std::nullopt;
        return strprintf("it serves only user %u, and you are user %u", ::geteuid(), *user);
    }

    std::string name() const { return fs::PathToString(m_path); }

private:
    const fs::path m_path;
};
} // namespace

std::unique_ptr<Transport> MakeTransport(const std::string& address, const fs::path& data_dir)
{
    const std::string prefix{strprintf("%s:", UNIX)};
    if (address != UNIX && !address.starts_with(prefix)) {
        throw std::invalid_argument{
            strprintf("Unrecognized address '%s': use unix or unix:<path>", address)};
    }
    const bool named{address.size() > prefix.size()};
    const std::string name{named ? address.substr(prefix.size()) : NODE_SOCKET};
    auto transport = std::make_unique<UnixTransport>(data_dir / fs::PathFromString(name));
    if (transport->name().size() >= sizeof(sockaddr_un::sun_path)) {
        throw std::invalid_argument{strprintf(
            "Unix address path \"%s\" exceeded maximum socket path length", transport->name())};
    }
    return transport;
}
} // namespace mpbitcoin
