#include <ipc/runtime/address.h>
#include <sys/un.h>
#include <tinyformat.h>

#include <stdexcept>

namespace mpbitcoin {
fs::path SocketPath(std::string& address, const fs::path& data_dir, const std::string& default_name)
{
    if (address != "unix" && !address.starts_with("unix:")) {
        throw std::invalid_argument{
            strprintf("Unrecognized address '%s': use unix or unix:<path>", address)};
    }
    const std::string name{address.size() <= 5 ? default_name : address.substr(5)};
    const fs::path path{data_dir / fs::PathFromString(name)};
    const std::string text{fs::PathToString(path)};
    address = "unix:" + text;
    if (text.size() >= sizeof(sockaddr_un::sun_path)) {
        throw std::invalid_argument{
            strprintf("Unix address path \"%s\" exceeded maximum socket path length", text)};
    }
    return path;
}
} // namespace mpbitcoin
