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
    //! The first call after shareThreads(), made once: send the process's log to `log`, only these
    //! categories, each line with its thread's name if `threads`. Throws std::runtime_error when
    //! the process could not take its configuration, or not confine itself as required.
    virtual void start(std::unique_ptr<LogSink> log, uint64_t categories, bool threads) = 0;
    //! Log only these categories from now on. Any time after start().
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
    //! What a wallet process reads before it starts a thread. Throws std::runtime_error where there
    //! are no wallets. On the event loop's thread.
    virtual std::vector<unsigned char> walletConfiguration()
    {
        throw std::runtime_error("this process takes no wallet process");
    }
};
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_PROCESSES_PROCESSES_H
