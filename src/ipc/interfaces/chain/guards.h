#ifndef MPBITCOIN_IPC_INTERFACES_CHAIN_GUARDS_H
#define MPBITCOIN_IPC_INTERFACES_CHAIN_GUARDS_H

#include <ipc/interfaces/chain/chain.capnp.proxy.h>

#include <mp/proxy.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <utility>

// What node and wallet take for granted from a caller in their own process is checked here when the
// caller is another one: an argument that would end the process raises std::runtime_error instead.

namespace mpbitcoin {
//! A method whose first argument is a transaction: there has to be one.
template <typename Params>
struct TransactionMethod : mp::ProxyMethodTraits<Params>
{
    template <typename ServerContext, typename Tx, typename... Args>
    static decltype(auto) invoke(ServerContext& context, Tx&& tx, Args&&... args)
    {
        if (!tx) throw std::runtime_error("a transaction is missing");
        return mp::ProxyMethodTraits<Params>::invoke(context, std::forward<Tx>(tx),
                                                     std::forward<Args>(args)...);
    }
};
} // namespace mpbitcoin

namespace mp {
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Chain::BroadcastTransactionParams>
    : mpbitcoin::TransactionMethod<mpbitcoin::messages::Chain::BroadcastTransactionParams>
{
};
template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::Chain::CheckChainLimitsParams>
    : mpbitcoin::TransactionMethod<mpbitcoin::messages::Chain::CheckChainLimitsParams>
{
};
template <>
struct ProxyServerMethodTraits<
    mpbitcoin::messages::ChainNotifications::TransactionAddedToMempoolParams>
    : mpbitcoin::TransactionMethod<
          mpbitcoin::messages::ChainNotifications::TransactionAddedToMempoolParams>
{
};
template <>
struct ProxyServerMethodTraits<
    mpbitcoin::messages::ChainNotifications::TransactionRemovedFromMempoolParams>
    : mpbitcoin::TransactionMethod<
          mpbitcoin::messages::ChainNotifications::TransactionRemovedFromMempoolParams>
{
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::ChainClient::SetMockTimeParams>
    : ProxyMethodTraits<mpbitcoin::messages::ChainClient::SetMockTimeParams>
{
    template <typename ServerContext>
    static void invoke(ServerContext& context, int64_t time)
    {
        // What a clock that counts nanoseconds can tell.
        constexpr auto max_time =
            std::chrono::duration_cast<std::chrono::seconds>(std::chrono::nanoseconds::max());
        if (time < 0 || time > max_time.count()) throw std::runtime_error("time is out of range");
        context.proxy_server.lockImpl()->setMockTime(time);
    }
};

template <>
struct ProxyServerMethodTraits<mpbitcoin::messages::ChainClient::SchedulerMockForwardParams>
    : ProxyMethodTraits<mpbitcoin::messages::ChainClient::SchedulerMockForwardParams>
{
    template <typename ServerContext>
    static void invoke(ServerContext& context, std::chrono::seconds delta)
    {
        if (delta <= std::chrono::seconds{0} || delta > std::chrono::hours{1}) {
            throw std::runtime_error("time is out of range");
        }
        context.proxy_server.lockImpl()->schedulerMockForward(delta);
    }
};
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_CHAIN_GUARDS_H
