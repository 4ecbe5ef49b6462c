#ifndef MPBITCOIN_EXECUTABLES_NODE_COINS_COMMANDS_H
#define MPBITCOIN_EXECUTABLES_NODE_COINS_COMMANDS_H

#include <os/mutex.h>
#include <rpc/server.h>

#include <list>
#include <memory>
#include <string>

namespace mpbitcoin {
//! Keeps loadtxoutset apart from the commands that read all coins. loadtxoutset closes the database
//! of the coins and opens it again, and LevelDB aborts a process that still iterates over a closed
//! database. The command that comes second is refused, over HTTP and IPC. A running command has two
//! entries in the result of getrpcinfo: ours and the tree's.
class CoinsCommands
{
public:
    //! Registers with the node's table, to get the requests before the tree's own handlers: create
    //! this before the node registers those. It must outlive the node's RPC. The main thread.
    CoinsCommands();

private:
    //! `map` is the tree's map of arguments.
    void add(const std::string& name, const UniValue& map);
    bool execute(const std::string& name, const JSONRPCRequest& request, UniValue& result);
    //! Permission to run the command, until the result is destroyed. Throws an RPC error. Any
    //! thread.
    std::shared_ptr<void> enter(const std::string& name);

    //! The tree's own handlers. Not changed after the constructor.
    CRPCTable m_tree;
    std::list<CRPCCommand> m_commands;
    Mutex m_mutex;
    int m_readers OS_GUARDED_BY(m_mutex){0};
    bool m_loading OS_GUARDED_BY(m_mutex){false};
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_COINS_COMMANDS_H
