#ifndef MPBITCOIN_IPC_INTERFACES_PROCESSES_PROCESSES_H
#define MPBITCOIN_IPC_INTERFACES_PROCESSES_PROCESSES_H

#include <interfaces/chain.h>
#include <interfaces/init.h>
#include <interfaces/wallet.h>
#include <ipc/interfaces/chain/bulk_chain.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mpbitcoin {
//! What a wallet process has to know before it opens a wallet.
struct Configuration
{
    //! The node's settings (command line, configuration file, settings.json) as JSON.
    std::string settings;
    //! Names of the settings that hold for one network alone.
    std::vector<std::string> network_only;
    //! "main", "test", "signet", ...
    std::string chain;
    //! Absolute path of the node's data directory, without the network's part.
    std::string data_dir;
    //! Log categories that are on, and whether lines name their thread.
    uint64_t log_categories{0};
    bool log_threads{false};
};

//! A message of a process's log.
struct LogLine
{
    //! What is written, without its end. May be several lines.
    std::string text{};
    //! Whether the log takes only so much of it: see -logratelimit.
    bool limited{false};
    //! The place in the source that it comes from, by which it is limited.
    std::string file{};
    uint32_t line{0};
    std::string function{};
};

//! Takes the log of another process.
class LogSink
{
public:
    virtual ~LogSink() = default;
    //! Thread-safe; does not block for long.
    virtual void write(const std::vector<LogLine>& lines) = 0;
};

//! What a wallet process offers to the node, whether the node has spawned it or it has joined.
class WalletProcess
{
public:
    virtual ~WalletProcess() = default;
    //! Before all else: lets each side run the other's calls on threads of their own.
    virtual void shareThreads() {}
    //! The first call, once. It runs on the event loop's thread, so that no other thread of the
    //! process is there when it gives up what it does not need.
    virtual void configure(const Configuration& configuration, std::unique_ptr<LogSink> log) = 0;
    //! Log these categories from now on, and no others. Any time after configure().
    virtual void setLogCategories(uint64_t categories) = 0;
    //! The wallets. `chain` and `bulk`, the same chain for bulk queries, must live as long as the
    //! process.
    virtual std::unique_ptr<interfaces::WalletLoader>
    makeWalletLoader(std::unique_ptr<interfaces::Chain> chain, std::unique_ptr<BulkChain> bulk) = 0;
};

//! What bitcoin-node offers to whoever connects: the tree's Init and ours.
class NodeInit : public interfaces::Init
{
public:
    //! Let the process serve the node's wallets. Throws std::runtime_error when there is another
    //! wallet process, or its wallets can't be loaded.
    virtual void attachWallet(std::unique_ptr<WalletProcess>)
    {
        throw std::runtime_error("this process takes no wallet process");
    }
    //! Called by the first thread before each address that others can connect to. At the first one,
    //! no request is served yet.
    virtual void prepareToListen() {}
    //! The chain for a client, which may stall or end at any time. Null where there is none.
    virtual std::unique_ptr<interfaces::Chain> serveChain() { return nullptr; }
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_PROCESSES_PROCESSES_H
