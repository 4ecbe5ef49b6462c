#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_TYPES_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_TYPES_H

#include <common/types.h>
#include <interfaces/wallet.h>
#include <ipc/interfaces/chain/chain.capnp.proxy-types.h>
#include <ipc/interfaces/common/bytes.h>
#include <ipc/interfaces/common/common.capnp.proxy-types.h>
#include <ipc/interfaces/handler/handler.capnp.proxy-types.h>
#include <ipc/interfaces/wallet/wallet.capnp.guards.h>
#include <ipc/interfaces/wallet/wallet.capnp.h>
#include <outputtype.h>
#include <psbt.h>
#include <wallet/coincontrol.h>
#include <wallet/types.h>
#include <wallet/wallet.h>

#include <capnp/any.h>

#include <set>
#include <utility>
#include <vector>

// How messages carry the wallet's types. Malformed messages from a peer raise an exception derived
// from std::exception, which the caller gets. Building never throws: it runs on the event loop's
// thread. All functions are thread-safe. They use readers and builders only during the call.

namespace util {
// The generated client creates a result before it has the answer; here it is an empty error. The
// class itself has no such constructor for these types.
template <>
inline Result<CTxDestination>::Result() : m_variant{std::in_place_index<0>}
{
}
template <>
inline Result<wallet::CreatedTransactionResult>::Result() : m_variant{std::in_place_index<0>}
{
}
} // namespace util

namespace mpbitcoin {
//! The values of an enumeration. Messages with other values are rejected.
template <typename Enum>
struct EnumRange;
template <>
struct EnumRange<ChangeType>
{
    static constexpr ChangeType first{CT_NEW}, last{CT_DELETED};
};
template <>
struct EnumRange<OutputType>
{
    static constexpr OutputType first{OutputType::LEGACY}, last{OutputType::UNKNOWN};
};
template <>
struct EnumRange<SigningResult>
{
    static constexpr SigningResult first{SigningResult::OK}, last{SigningResult::SIGNING_FAILED};
};
template <>
struct EnumRange<common::PSBTError>
{
    static constexpr common::PSBTError first{common::PSBTError::MISSING_INPUTS},
        last{common::PSBTError::OK};
};
template <>
struct EnumRange<wallet::AddressPurpose>
{
    static constexpr wallet::AddressPurpose first{wallet::AddressPurpose::RECEIVE},
        last{wallet::AddressPurpose::REFUND};
};

//! Put a secret where Cap'n Proto's text form of a message, which may be logged, shows only
//! "<opaque pointer>".
void BuildSecret(const SecureString& secret, capnp::AnyPointer::Builder builder);
//! Take a secret out of a message and wipe it there: it can be read once.
SecureString TakeSecret(capnp::AnyPointer::Reader reader);

//! Empty for a transaction that can't be sent: one with outputs but no inputs would be read as
//! another transaction.
std::vector<unsigned char> SerializedTransaction(const CMutableTransaction& tx);
//! Empty when it contains no transaction.
std::vector<unsigned char> SerializedPsbt(const PartiallySignedTransaction& psbt);
PartiallySignedTransaction UnserializedPsbt(capnp::Data::Reader data);

interfaces::WalletAddress ReadWalletAddress(mp::InvokeContext& context,
                                            const messages::WalletAddress::Reader& reader);
wallet::CreatedTransactionResult
ReadCreatedTransaction(mp::InvokeContext& context,
                       const messages::CreatedTransaction::Reader& reader);
std::set<interfaces::WalletTx> ReadWalletTxs(mp::InvokeContext& context,
                                             const capnp::List<messages::WalletTx>::Reader& list);
void BuildCoins(mp::InvokeContext& context,
                const interfaces::Wallet::CoinsList& coins,
                capnp::List<messages::CoinsGroup>::Builder list);
interfaces::Wallet::CoinsList ReadCoins(mp::InvokeContext& context,
                                        const capnp::List<messages::CoinsGroup>::Reader& list);
} // namespace mpbitcoin

namespace mp {
void CustomBuildMessage(InvokeContext& context,
                        const CTxDestination& destination,
                        mpbitcoin::messages::TxDestination::Builder&& builder);
void CustomReadMessage(InvokeContext& context,
                       const mpbitcoin::messages::TxDestination::Reader& reader,
                       CTxDestination& destination);
void CustomBuildMessage(InvokeContext& context,
                        const interfaces::WalletAddress& address,
                        mpbitcoin::messages::WalletAddress::Builder&& builder);
void CustomBuildMessage(InvokeContext& context,
                        const interfaces::WalletTx& tx,
                        mpbitcoin::messages::WalletTx::Builder&& builder);
void CustomReadMessage(InvokeContext& context,
                       const mpbitcoin::messages::WalletTx::Reader& reader,
                       interfaces::WalletTx& tx);
void CustomBuildMessage(InvokeContext& context,
                        const interfaces::WalletTxOut& output,
                        mpbitcoin::messages::WalletTxOut::Builder&& builder);
void CustomReadMessage(InvokeContext& context,
                       const mpbitcoin::messages::WalletTxOut::Reader& reader,
                       interfaces::WalletTxOut& output);
void CustomBuildMessage(InvokeContext& context,
                        const wallet::CRecipient& recipient,
                        mpbitcoin::messages::Recipient::Builder&& builder);
void CustomReadMessage(InvokeContext& context,
                       const mpbitcoin::messages::Recipient::Reader& reader,
                       wallet::CRecipient& recipient);
void CustomBuildMessage(InvokeContext& context,
                        const wallet::CreatedTransactionResult& created,
                        mpbitcoin::messages::CreatedTransaction::Builder&& builder);
// In coin_control.cpp.
void CustomBuildMessage(InvokeContext& context,
                        const wallet::CCoinControl& control,
                        mpbitcoin::messages::CoinControl::Builder&& builder);
void CustomReadMessage(InvokeContext& context,
                       const mpbitcoin::messages::CoinControl::Reader& reader,
                       wallet::CCoinControl& control);

//! Read a missing message like an empty one, so that all members are initialized.
template <typename Input>
bool CustomHasField(TypeList<interfaces::WalletTx>, InvokeContext&, const Input&)
{
    return true;
}

template <typename LocalType, typename Input, typename ReadDest>
    requires requires { mpbitcoin::EnumRange<LocalType>::last; }
decltype(auto) CustomReadField(
    TypeList<LocalType>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    using Range = mpbitcoin::EnumRange<LocalType>;
    return read_dest.construct(mpbitcoin::CheckedEnum(input.get(), Range::first, Range::last));
}

//! A pointer to a number or an enumeration that the method sets. It starts as zero, in case the
//! method does not set it.
template <typename Accessor,
          typename LocalType,
          typename ServerContext,
          typename Fn,
          typename... Args>
    requires std::is_scalar_v<LocalType>
void CustomPassField(TypeList<LocalType*>,
                     ServerContext& server_context,
                     const Fn& fn,
                     Args&&... args)
{
    InvokeContext& context = server_context;
    const auto& params = server_context.call_context.getParams();
    const auto& input = Make<StructField, Accessor>(params);
    if (!input.want()) {
        fn.invoke(server_context, std::forward<Args>(args)..., nullptr);
        return;
    }
    LocalType param{};
    MaybeReadField(std::bool_constant<Accessor::in>{}, TypeList<LocalType>(), context, input,
                   ReadDestUpdate(param));
    fn.invoke(server_context, std::forward<Args>(args)..., &param);
    auto&& results = server_context.call_context.getResults();
    MaybeBuildField(std::bool_constant<Accessor::out>{}, TypeList<LocalType>(), context,
                    Make<StructField, Accessor>(results), param);
}

template <typename Value, typename Output>
void CustomBuildField(
    TypeList<SecureString>, Priority<2>, InvokeContext&, Value&& secret, Output&& output)
{
    mpbitcoin::BuildSecret(secret, output.init());
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(
    TypeList<SecureString>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::TakeSecret(input.get()));
}

template <typename Value, typename Output>
void CustomBuildField(TypeList<PKHash>, Priority<2>, InvokeContext&, Value&& hash, Output&& output)
{
    output.set(mpbitcoin::View(hash));
}

template <typename Input, typename ReadDest>
decltype(auto)
CustomReadField(TypeList<PKHash>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::ReadHash<uint160>(input.get()));
}

template <typename Value, typename Output>
void CustomBuildField(
    TypeList<CMutableTransaction>, Priority<2>, InvokeContext&, Value&& tx, Output&& output)
{
    if (const auto bytes = mpbitcoin::SerializedTransaction(tx); !bytes.empty()) {
        output.set(mpbitcoin::View(bytes));
    }
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(
    TypeList<CMutableTransaction>, Priority<2>, InvokeContext&, Input&& input, ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::Unserialized<CMutableTransaction>(input.get()));
}

template <typename Value, typename Output>
void CustomBuildField(TypeList<PartiallySignedTransaction>,
                      Priority<2>,
                      InvokeContext&,
                      Value&& psbt,
                      Output&& output)
{
    if (const auto bytes = mpbitcoin::SerializedPsbt(psbt); !bytes.empty()) {
        output.set(mpbitcoin::View(bytes));
    }
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(TypeList<PartiallySignedTransaction>,
                               Priority<2>,
                               InvokeContext&,
                               Input&& input,
                               ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::UnserializedPsbt(input.get()));
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(TypeList<interfaces::WalletAddress>,
                               Priority<2>,
                               InvokeContext& context,
                               Input&& input,
                               ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::ReadWalletAddress(context, input.get()));
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(TypeList<wallet::CreatedTransactionResult>,
                               Priority<2>,
                               InvokeContext& context,
                               Input&& input,
                               ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::ReadCreatedTransaction(context, input.get()));
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(TypeList<std::set<interfaces::WalletTx>>,
                               Priority<2>,
                               InvokeContext& context,
                               Input&& input,
                               ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::ReadWalletTxs(context, input.get()));
}

template <typename Value, typename Output>
void CustomBuildField(TypeList<interfaces::Wallet::CoinsList>,
                      Priority<2>,
                      InvokeContext& context,
                      Value&& coins,
                      Output&& output)
{
    mpbitcoin::BuildCoins(context, coins, output.init(coins.size()));
}

template <typename Input, typename ReadDest>
decltype(auto) CustomReadField(TypeList<interfaces::Wallet::CoinsList>,
                               Priority<2>,
                               InvokeContext& context,
                               Input&& input,
                               ReadDest&& read_dest)
{
    return read_dest.construct(mpbitcoin::ReadCoins(context, input.get()));
}
} // namespace mp

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_TYPES_H
