#ifndef MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H
#define MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H

#include <sandbox/file_broker.h>

#include <string>

class ArgsManager;
class JSONRPCRequest;

namespace mpbitcoin {
//! Files outside of the wallet directory that a wallet command names.
struct NamedFiles
{
    //! Files that a wallet needs as long as it is loaded.
    OutsideFileNames kept;
    //! Files that the command reads or writes while it runs.
    OutsideFileNames lent;
};

//! Expects positional arguments. Throws UniValue, an RPC error, for names that cannot be a wallet.
NamedFiles FilesOutside(const JSONRPCRequest& request, const ArgsManager& args);

//! The files of that wallet outside of the wallet directory.
OutsideFileNames WalletOutside(const std::string& name, const ArgsManager& args);

//! Files outside of the wallet directory that belong to wallets of the settings and of the
//! directory, according to the present links.
OutsideFileNames LinkedOutside(const ArgsManager& args);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_NAMED_FILES_H
