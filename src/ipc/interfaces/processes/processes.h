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
//! Data that a wallet process needs before it opens a wallet.
struct Configuration
{
    //! The node's settings (command line, configuration file, settings.json) as JSON.
    std::string settings;
    //! Names of the settings that apply to one network only.
    std::vector<std::string> network_only;
    //! "main", "test", "signet", ...
    std::string chain;
    //! Absolute path of the node's data directory, without the network's part.
    std::string data_dir;
    //! Enabled log categories, and whether log lines include the thread's name.
    uint64_t log_categories{0};
    bool log_threads{false};
};

//! A message in a process's log.
struct LogLine
{
    //! The text without the end of the line. May have several lines.
    std::string text{};
    //! Whether the log limits it, see -logratelimit.
    bool limited{false};
    //! The place in the source that logs the message. The limit applies per place.
    std::string file{};
    uint32_t line{0};
    std::string function{};
};

//! Receives the log of another process.
class LogSink
{
public:
    virtual ~LogSink() = default;
    //! Thread-safe; does not block for long.
    virtual void write(const std::vector<LogLine>& lines) = 0;
};

//! What a wallet process offers to the node, whether the node spawned it or it joined.
class WalletProcess
{
public:
    virtual ~WalletProcess() = default;
    //! The very first call: lets each side run the other's calls on separate threads.
    virtual void shareThreads() {}
    //! The first call after shareThreads(), made once. Runs on the event loop's thread, so that the
    //! process has no other thread when it gives up privileges.
    virtual void configure(const Configuration& configuration, std::unique_ptr<LogSink> log) = 0;
    //! Log only these categories from now on. Any time after configure().
    virtual void setLogCategories(uint64_t categories) = 0;
    //! The wallets. `chain` and `bulk`, the same chain for bulk queries, must live as long as the
    //! process.
    virtual std::unique_ptr<interfaces::WalletLoader>
    makeWalletLoader(std::unique_ptr<interfaces::Chain> chain, std::unique_ptr<BulkChain> bulk) = 0;
};

//! What bitcoin-node offers to its clients: the tree's Init and ours.
class NodeInit : public interfaces::Init
{
public:
    //! Let the process serve the node's wallets. Throws std::runtime_error when the node already
    //! has a wallet process, or the process can't load the wallets.
    virtual void attachWallet(std::unique_ptr<WalletProcess>)
    {
        throw std::runtime_error("this process accepts no wallet process");
    }
    //! The first thread calls this before each address on which the node listens. At the first
    //! call, the node serves no request yet.
    virtual void prepareToListen() {}
    //! The chain for a client, which may stall or end at any time. Null where there is no chain.
    virtual std::unique_ptr<interfaces::Chain> serveChain() { return nullptr; }
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_PROCESSES_PROCESSES_H
