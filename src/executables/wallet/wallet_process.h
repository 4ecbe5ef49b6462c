#ifndef MPBITCOIN_EXECUTABLES_WALLET_WALLET_PROCESS_H
#define MPBITCOIN_EXECUTABLES_WALLET_WALLET_PROCESS_H

#include <executables/common/log_lines.h>
#include <executables/common/sandbox_mode.h>
#include <executables/wallet/crypto_start.h>
#include <executables/wallet/scheduler_thread.h>
#include <executables/wallet/wallet_chain.h>
#include <ipc/interfaces/processes/processes.h>
#include <ipc/runtime/context.h>

#include <memory>
#include <optional>

namespace mpbitcoin {
//! The wallet process: what it is told first, and the wallets.
class WalletProcessImpl final : public WalletProcess
{
public:
    //! `context` gets this process's scheduler. It has to outlive this. `sandbox` is what this
    //! process was told itself; ON leaves it to the node.
    explicit WalletProcessImpl(Context& context, SandboxMode sandbox = SandboxMode::ON);
    ~WalletProcessImpl() override;

    void configure(const Configuration& configuration, std::unique_ptr<LogSink> log) override;
    void setLogCategories(uint64_t categories) override;
    std::unique_ptr<interfaces::WalletLoader>
    makeWalletLoader(std::unique_ptr<interfaces::Chain> chain,
                     std::unique_ptr<BulkChain> bulk) override;

private:
    const SandboxMode m_sandbox;
    const CryptoStart m_crypto;
    std::optional<LogSender> m_log;
    std::unique_ptr<interfaces::Chain> m_remote_chain;
    std::unique_ptr<BulkChain> m_bulk_chain;
    std::optional<WalletChain> m_chain;
    SchedulerThread m_scheduler;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_WALLET_PROCESS_H
