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
//! The node's wallets, which live in a process of their own. By default it is started with the
//! node, and anew by the next wallet command when it has ended before its time; with
//! -walletprocess=attach processes that others start come and go.
class WalletHost final : public interfaces::WalletLoader
{
public:
    //! All references have to outlive this. Nothing is started yet.
    WalletHost(EventLoop& loop,
               interfaces::Chain& chain,
               ArgsManager& args,
               std::string argv0,
               Lifecycle& lifecycle);
    //! Returns when the process has ended and nothing of its connection is left.
    ~WalletHost() override;

    //! Let `process`, which has joined by itself, serve the wallets. Any thread; returns when they
    //! are loaded. Throws std::runtime_error when there is a process, or they can't be loaded.
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
    //! A running process and what we hold of it. Members go in reverse order: the connection first,
    //! then the process is waited for.
    struct Peer
    {
        //! Null if others have started it.
        std::shared_ptr<ChildProcess> child;
        std::unique_ptr<WalletProcess> process;
        std::unique_ptr<interfaces::WalletLoader> loader;
        std::unique_ptr<interfaces::Handler> following;
        //! Held while the process gets the mock time.
        Mutex updating;
        //! The mock time that it knows.
        int64_t time OS_GUARDED_BY(updating){0};
        //! Those that the process logs.
        std::atomic<uint64_t> log_categories{0};
    };

    std::shared_ptr<Peer> spawn();
    void introduce(std::shared_ptr<Peer> peer) OS_REQUIRES(m_starting);
    //! Call the process, if there is one. It may end meanwhile, which is no error.
    void callPeer(const std::function<void(Peer&)>& call);
    //! Give the process what has changed since the last time, before it gets something to do.
    void updatePeer();
    void updateTime(Peer& peer);
    void updateLogCategories(Peer& peer);
    //! Wait until the wallets may start: calls arrive a moment before. Throws std::runtime_error
    //! when the node ends.
    CScheduler& awaitStart() OS_EXCLUDES(m_starting);
    //! Let the process that `make` brings take the place of the last one.
    void succeed(CScheduler& scheduler, const std::function<std::shared_ptr<Peer>()>& make)
        OS_REQUIRES(m_starting);
    void revive(const std::string& command);
    bool ended();
    std::shared_ptr<void> permit(const JSONRPCRequest& request);
    void close(std::shared_ptr<Peer> peer);
    //! Make all that waits for the process, which does not answer, fail. Any thread.
    void giveUp();
    std::shared_ptr<Peer> replace(std::shared_ptr<Peer> peer);
    std::shared_ptr<Peer> peer();
    //! The process's loader, which stays while it is used. Throws NotSent when there is none.
    std::shared_ptr<interfaces::WalletLoader> loader();
    //! The loader, which may do what it wants with the wallet of that name, wherever it is.
    std::shared_ptr<interfaces::WalletLoader> loaderFor(const std::string& name);

    EventLoop& m_loop;
    interfaces::Chain& m_chain;
    ArgsManager& m_args;
    const std::string m_argv0;
    Lifecycle& m_lifecycle;
    //! How wallet processes come: "spawn" or "attach".
    const std::string m_source;
    //! What processes may have besides what they start with.
    const std::shared_ptr<FileBroker> m_files{std::make_shared<FileBroker>()};
    const std::shared_ptr<RpcCommands> m_commands;
    const std::shared_ptr<LoadedWallets> m_wallets{std::make_shared<LoadedWallets>()};

    std::atomic<int64_t> m_mock_time{0};
    std::atomic<bool> m_stopped{false};
    //! Why there are no wallets. The node's main thread.
    std::string m_start_error;
    //! Held while a process is started or given up.
    Mutex m_starting;
    //! The wallets to load anew, in this order; for the first process those of the settings. They
    //! stay when the process that was to load them dies, too.
    std::optional<std::vector<std::string>> m_wanted OS_GUARDED_BY(m_starting);
    Mutex m_mutex OS_ACQUIRED_AFTER(m_starting);
    std::shared_ptr<Peer> m_peer OS_GUARDED_BY(m_mutex);
    //! Set when the wallets have started. Notified when it is.
    CScheduler* m_scheduler OS_GUARDED_BY(m_mutex){nullptr};
    Condition m_started;
    //! The last process that was started, which may not be a peer yet, or no more.
    std::weak_ptr<ChildProcess> m_child OS_GUARDED_BY(m_mutex);
    //! Last: its thread uses what stands above.
    EndWatch m_watch;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_WALLET_HOST_H
