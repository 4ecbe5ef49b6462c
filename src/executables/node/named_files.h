#ifndef MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H
#define MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H

#include <sandbox/file_broker.h>

#include <string>

class ArgsManager;
class JSONRPCRequest;

namespace mpbitcoin {
//! What a command for wallets names outside of the wallet directory.
struct NamedFiles
{
    //! What a wallet needs for as long as it is loaded.
    OutsideFileNames kept;
    //! What is written, and read, while the command runs.
    OutsideFileNames lent;
};

//! Arguments are by position. Throws UniValue, an error of RPC, for what no wallet could be.
NamedFiles FilesOutside(const JSONRPCRequest& request, const ArgsManager& args);

//! What the wallet of that name has outside of the wallet directory.
OutsideFileNames WalletOutside(const std::string& name, const ArgsManager& args);

//! What the wallets of the settings and of the wallet directory have outside of it, as far as links
//! lead there now.
OutsideFileNames LinkedOutside(const ArgsManager& args);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H
