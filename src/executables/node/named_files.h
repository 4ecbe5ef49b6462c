#ifndef MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H
#define MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H

#include <filesystem>
#include <string>
#include <vector>

class ArgsManager;
class JSONRPCRequest;

namespace mpbitcoin {
//! The files that a command for wallets names.
struct NamedFiles
{
    //! What the wallet needs for as long as it is loaded.
    std::vector<std::filesystem::path> wallets;
    //! What is written, and read, while the command runs.
    std::vector<std::filesystem::path> written;
    std::vector<std::filesystem::path> read;
};

//! What the request names outside of the wallet directory. Arguments are by position.
NamedFiles FilesOutside(const JSONRPCRequest& request, const ArgsManager& args);

//! What the wallet of that name is, if that is outside of the wallet directory.
std::vector<std::filesystem::path> WalletOutside(const std::string& name, const ArgsManager& args);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H
