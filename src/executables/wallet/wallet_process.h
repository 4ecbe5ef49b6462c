#ifndef MPBITCOIN_EXECUTABLES_WALLET_WALLET_PROCESS_H
#define MPBITCOIN_EXECUTABLES_WALLET_WALLET_PROCESS_H

#include <executables/common/log_lines.h>
#include <executables/wallet/crypto_start.h>
#include <executables/wallet/scheduler_thread.h>
#include <ipc/interfaces/processes/processes.h>
#include <ipc/runtime/context.h>

#include <cstdint>
#include <memory>
#include <string>

namespace mpbitcoin {
//! A wallet process that has read its configuration: its log and its wallets.
class WalletProcessImpl final : public WalletProcess
{
public:
    //! `context` gets this process's scheduler. It must outlive this. `problem` is the reason why
    //! this process cannot serve wallets, or empty: the node gets it as the answer to its first
    //! call.
    explicit WalletProcessImpl(Context& context, std::string problem = {});
    ~WalletProcessImpl() override;

    void start(std::unique_ptr<LogSink> log, uint64_t categories, bool threads) override;
    void setLogCategories(uint64_t categories) override;
    std::unique_ptr<interfaces::WalletLoader>
    makeWalletLoader(std::unique_ptr<interfaces::Chain> chain,
                     std::unique_ptr<BulkChain> bulk) override;

private:
    const std::string m_problem;
    const CryptoStart m_crypto;
    //! The wallets use it, too.
    std::shared_ptr<LogSender> m_log;
    SchedulerThread m_scheduler;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_WALLET_WALLET_PROCESS_H
