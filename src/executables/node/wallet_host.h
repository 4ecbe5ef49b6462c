#ifndef MPBITCOIN_EXECUTABLES_NODE_WALLET_HOST_H
#define MPBITCOIN_EXECUTABLES_NODE_WALLET_HOST_H

#include <executables/node/child_process.h>
#include <executables/node/end_watch.h>
#include <executables/node/lifecycle.h>
#include <executables/node/loaded_wallets.h>
#include <executables/node/rpc_commands.h>
#include <interfaces/wallet.h>
#include <ipc/interfaces/processes/processes.h>
#include <ipc/runtime/event_loop.h>
#include <os/mutex.h>
#include <sandbox/file_broker.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class ArgsManager;

namespace mpbitcoin {
//! The node's wallets, which live in another process. By default the node starts it, and the next
//! wallet command starts a new one if it ends early. With -walletprocess=attach, others start
//! processes that join and leave.
class WalletHost final : public interfaces::WalletLoader
{
public:
    //! All references must outlive this. Starts nothing yet.
    WalletHost(EventLoop& loop,
               interfaces::Chain& chain,
               ArgsManager& args,
               std::string argv0,
               Lifecycle& lifecycle);
    //! Returns when the process has ended and its connection is closed.
    ~WalletHost() override;

    //! Let `process`, which has joined, serve the wallets. Any thread; returns when they are
    //! loaded. Throws std::runtime_error when the node has another process, or this one can't load
    //! the wallets.
    void attach(std::unique_ptr<WalletProcess> process);

    void registerRpcs() override;
    bool verify() override;
    bool load() override;
    void start(CScheduler& scheduler) override;
    void stop() override;
    void setMockTime(int64_t time) override;
    void schedulerMockForward(std::chrono::seconds delta) override;

    // clang-format off
    util::Result<std::unique_ptr<interfaces::Wallet>> createWallet(const std::string& name, const SecureString& passphrase, uint64_t flags, std::vector<bilingual_str>& warnings) override { return loaderFor(name)->createWallet(name, passphrase, flags, warnings); }
    util::Result<std::unique_ptr<interfaces::Wallet>> loadWallet(const std::string& name, std::vector<bilingual_str>& warnings) override { return loaderFor(name)->loadWallet(name, warnings); }
    std::string getWalletDir() override { return loader()->getWalletDir(); }
    util::Result<std::unique_ptr<interfaces::Wallet>> restoreWallet(const fs::path& file, const std::string& name, std::vector<bilingual_str>& warnings, bool load) override { const auto permission{m_files->lend({.read = {file}})}; return loaderFor(name)->restoreWallet(file, name, warnings, load); }
    util::Result<interfaces::WalletMigrationResult> migrateWallet(const std::string& name, const SecureString& passphrase) override { return loaderFor(name)->migrateWallet(name, passphrase); }
    bool isEncrypted(const std::string& name) override { return loader()->isEncrypted(name); }
    std::vector<std::pair<std::string, std::string>> listWalletDir() override { return loader()->listWalletDir(); }
    std::vector<std::unique_ptr<interfaces::Wallet>> getWallets() override { return loader()->getWallets(); }
    std::unique_ptr<interfaces::Handler> handleLoadWallet(LoadWalletFn fn) override { return loader()->handleLoadWallet(std::move(fn)); }
    // clang-format on

private:
    //! A running process and our objects for it. Members are destroyed in reverse order: first the
    //! connection, then the child, which is reaped.
    struct Peer
    {
        //! Null if others have started it.
        std::shared_ptr<ChildProcess> child;
        std::unique_ptr<WalletProcess> process;
        std::unique_ptr<interfaces::WalletLoader> loader;
        std::unique_ptr<interfaces::Handler> following;
        //! Held while the process gets the mock time.
        Mutex updating;
        //! The last mock time that the process got.
        int64_t time OS_GUARDED_BY(updating){0};
        //! The categories that the process logs.
        std::atomic<uint64_t> log_categories{0};
    };

    std::shared_ptr<Peer> spawn();
    void introduce(std::shared_ptr<Peer> peer) OS_REQUIRES(m_starting);
    //! Call the process, if there is one. Its end during the call is not an error.
    void callPeer(const std::function<void(Peer&)>& call);
    //! Send changes to the process before its next task.
    void updatePeer();
    void updateTime(Peer& peer);
    void updateLogCategories(Peer& peer);
    //! Wait until the wallets may start: calls may arrive slightly earlier. Throws
    //! std::runtime_error when the node ends.
    CScheduler& awaitStart() OS_EXCLUDES(m_starting);
    //! Replace the last process by the one that `make` returns.
    void succeed(CScheduler& scheduler, const std::function<std::shared_ptr<Peer>()>& make)
        OS_REQUIRES(m_starting);
    void revive(const std::string& command);
    bool ended();
    std::shared_ptr<void> permit(const JSONRPCRequest& request);
    void close(std::shared_ptr<Peer> peer);
    //! Make all waits for an unresponsive process fail. Any thread.
    void giveUp();
    std::shared_ptr<Peer> replace(std::shared_ptr<Peer> peer);
    std::shared_ptr<Peer> peer();
    //! The process's loader, which stays alive while it is used. Throws NotSent without a process.
    std::shared_ptr<interfaces::WalletLoader> loader();
    //! The loader, with permission to use all files of the named wallet.
    std::shared_ptr<interfaces::WalletLoader> loaderFor(const std::string& name);

    EventLoop& m_loop;
    interfaces::Chain& m_chain;
    ArgsManager& m_args;
    const std::string m_argv0;
    Lifecycle& m_lifecycle;
    //! The source of wallet processes: "spawn" or "attach".
    const std::string m_source;
    //! Files that processes may use in addition to their initial ones.
    const std::shared_ptr<FileBroker> m_files{std::make_shared<FileBroker>()};
    const std::shared_ptr<RpcCommands> m_commands;
    const std::shared_ptr<LoadedWallets> m_wallets{std::make_shared<LoadedWallets>()};

    std::atomic<int64_t> m_mock_time{0};
    std::atomic<bool> m_stopped{false};
    //! Why the node has no wallets. The node's main thread.
    std::string m_start_error;
    //! Held while a process is started or given up.
    Mutex m_starting;
    //! The wallets to load again, in this order; unset for the first process, which loads those of
    //! the settings. Kept if the process that should load them dies, too.
    std::optional<std::vector<std::string>> m_wanted OS_GUARDED_BY(m_starting);
    Mutex m_mutex OS_ACQUIRED_AFTER(m_starting);
    std::shared_ptr<Peer> m_peer OS_GUARDED_BY(m_mutex);
    //! Set when the wallets have started, which m_started reports.
    CScheduler* m_scheduler OS_GUARDED_BY(m_mutex){nullptr};
    Condition m_started;
    //! The last started process. It may not be a peer yet, or no longer be one.
    std::weak_ptr<ChildProcess> m_child OS_GUARDED_BY(m_mutex);
    //! Last member: its thread uses the members above.
    EndWatch m_watch;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_WALLET_HOST_H
