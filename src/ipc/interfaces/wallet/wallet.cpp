#include <ipc/interfaces/wallet/wallet.capnp.proxy-types.h>
#include <support/cleanse.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace mpbitcoin {
namespace {
void BuildFlags(const std::vector<bool>& flags, capnp::List<bool>::Builder list)
{
    for (size_t i{0}; i < flags.size(); ++i) {
        list.set(i, flags[i]);
    }
}

//! Throws unless there is one flag per input or output.
std::vector<bool> ReadFlags(capnp::List<bool>::Reader list, size_t size)
{
    if (list.size() != size)
        throw std::runtime_error("a list of the wallet transaction has a wrong size");
    std::vector<bool> flags;
    for (const bool flag : list) {
        flags.push_back(flag);
    }
    return flags;
}

//! Sets the field of the union for a destination's kind.
struct DestinationBuilder
{
    messages::TxDestination::Builder& builder;

    void operator()(const CNoDestination& dest) { builder.setNone(View(dest.GetScript())); }
    void operator()(const PubKeyDestination& dest) { builder.setPubKey(View(dest.GetPubKey())); }
    void operator()(const PKHash& dest) { builder.setPubKeyHash(View(dest)); }
    void operator()(const ScriptHash& dest) { builder.setScriptHash(View(dest)); }
    void operator()(const WitnessV0ScriptHash& dest) { builder.setWitnessV0ScriptHash(View(dest)); }
    void operator()(const WitnessV0KeyHash& dest) { builder.setWitnessV0KeyHash(View(dest)); }
    void operator()(const WitnessV1Taproot& dest) { builder.setWitnessV1Taproot(View(dest)); }
    void operator()(const PayToAnchor&) { builder.setPayToAnchor(); }
    void operator()(const WitnessUnknown& dest)
    {
        auto unknown = builder.initWitnessUnknown();
        unknown.setVersion(dest.GetWitnessVersion());
        unknown.setProgram(View(dest.GetWitnessProgram()));
    }
};

WitnessUnknown ReadWitnessUnknown(const messages::TxDestination::WitnessUnknown::Reader& reader)
{
    // A script has no opcode for a version above 16.
    constexpr uint32_t MAX_VERSION{16};
    if (reader.getVersion() > MAX_VERSION) throw std::runtime_error("unknown witness version");
    return {reader.getVersion(), Vector(reader.getProgram())};
}

CTxDestination ReadDestination(const messages::TxDestination::Reader& reader)
{
    switch (reader.which()) {
    case messages::TxDestination::NONE: {
        const auto script = reader.getNone();
        return CNoDestination{CScript{script.begin(), script.end()}};
    }
    case messages::TxDestination::PUB_KEY:
        return PubKeyDestination{CPubKey{Span(reader.getPubKey())}};
    case messages::TxDestination::PUB_KEY_HASH:
        return PKHash{ReadHash<uint160>(reader.getPubKeyHash())};
    case messages::TxDestination::SCRIPT_HASH:
        return ScriptHash{ReadHash<uint160>(reader.getScriptHash())};
    case messages::TxDestination::WITNESS_V0_SCRIPT_HASH:
        return WitnessV0ScriptHash{ReadHash<uint256>(reader.getWitnessV0ScriptHash())};
    case messages::TxDestination::WITNESS_V0_KEY_HASH:
        return WitnessV0KeyHash{ReadHash<uint160>(reader.getWitnessV0KeyHash())};
    case messages::TxDestination::WITNESS_V1_TAPROOT:
        return WitnessV1Taproot{XOnlyPubKey{ReadHash<uint256>(reader.getWitnessV1Taproot())}};
    case messages::TxDestination::PAY_TO_ANCHOR:
        return PayToAnchor{};
    case messages::TxDestination::WITNESS_UNKNOWN:
        return ReadWitnessUnknown(reader.getWitnessUnknown());
    }
    throw std::runtime_error("unknown kind of destination");
}

//! The only field of CreatedTransaction with a structure of another interface.
template <typename Struct>
auto FeeCalculationField(Struct& message)
{
    using Accessor = mp::ProxyStruct<messages::CreatedTransaction>::FeeCalculationAccessor;
    return mp::Make<mp::StructField, Accessor>(message);
}
} // namespace

void BuildSecret(const SecureString& secret, capnp::AnyPointer::Builder builder)
{
    auto data = builder.initAs<capnp::Data>(secret.size());
    std::copy(secret.begin(), secret.end(), data.begin());
}

SecureString TakeSecret(capnp::AnyPointer::Reader reader)
{
    const auto data = reader.getAs<capnp::Data>();
    SecureString secret{data.begin(), data.end()};
    // The message is our own buffer, and nobody else reads it.
    memory_cleanse(const_cast<kj::byte*>(data.begin()), data.size());
    return secret;
}

std::vector<unsigned char> SerializedTransaction(const CMutableTransaction& tx)
{
    if (tx.vin.empty() && !tx.vout.empty()) return {};
    return Serialized(tx);
}

std::vector<unsigned char> SerializedPsbt(const PartiallySignedTransaction& psbt)
{
    if (!psbt.tx) return {};
    return Serialized(psbt);
}

PartiallySignedTransaction UnserializedPsbt(capnp::Data::Reader data)
{
    return Unserialized<PartiallySignedTransaction>(data);
}

interfaces::WalletAddress ReadWalletAddress(mp::InvokeContext&,
                                            const messages::WalletAddress::Reader& reader)
{
    using Range = EnumRange<wallet::AddressPurpose>;
    return {ReadDestination(reader.getDestination()), reader.getIsMine(),
            CheckedEnum(reader.getPurpose(), Range::first, Range::last), String(reader.getName())};
}

wallet::CreatedTransactionResult
ReadCreatedTransaction(mp::InvokeContext& context,
                       const messages::CreatedTransaction::Reader& reader)
{
    auto tx = MakeTransactionRef(Unserialized<CMutableTransaction>(reader.getTx()));
    std::optional<unsigned int> change_pos;
    if (reader.getHasChangePos()) change_pos = reader.getChangePos();
    if (change_pos && *change_pos >= tx->vout.size()) {
        throw std::runtime_error("the created transaction has no change output");
    }
    const auto calculation =
        mp::ReadField(mp::TypeList<FeeCalculation>(), context, FeeCalculationField(reader),
                      mp::ReadDestTemp<FeeCalculation>());
    return {std::move(tx), reader.getFee(), change_pos, calculation};
}

std::set<interfaces::WalletTx> ReadWalletTxs(mp::InvokeContext& context,
                                             const capnp::List<messages::WalletTx>::Reader& list)
{
    std::set<interfaces::WalletTx> txs;
    for (const auto item : list) {
        interfaces::WalletTx tx;
        mp::CustomReadMessage(context, item, tx);
        // The hashes of the transactions order the set.
        if (!tx.tx) throw std::runtime_error("the wallet transaction has no transaction");
        txs.insert(std::move(tx));
    }
    return txs;
}

void BuildCoins(mp::InvokeContext& context,
                const interfaces::Wallet::CoinsList& coins,
                capnp::List<messages::CoinsGroup>::Builder list)
{
    size_t group_index{0};
    for (const auto& [destination, group] : coins) {
        auto builder = list[group_index++];
        mp::CustomBuildMessage(context, destination, builder.initDestination());
        auto items = builder.initCoins(group.size());
        size_t index{0};
        for (const auto& [outpoint, output] : group) {
            auto item = items[index++];
            item.setOutpoint(View(Serialized(outpoint)));
            mp::CustomBuildMessage(context, output, item.initOutput());
        }
    }
}

interfaces::Wallet::CoinsList ReadCoins(mp::InvokeContext& context,
                                        const capnp::List<messages::CoinsGroup>::Reader& list)
{
    interfaces::Wallet::CoinsList coins;
    for (const auto reader : list) {
        auto& group = coins[ReadDestination(reader.getDestination())];
        for (const auto item : reader.getCoins()) {
            interfaces::WalletTxOut output;
            mp::CustomReadMessage(context, item.getOutput(), output);
            group.emplace_back(Unserialized<COutPoint>(item.getOutpoint()), std::move(output));
        }
    }
    return coins;
}
} // namespace mpbitcoin

namespace mp {
using namespace mpbitcoin; // the helpers above

void CustomBuildMessage(InvokeContext&,
                        const CTxDestination& destination,
                        messages::TxDestination::Builder&& builder)
{
    std::visit(DestinationBuilder{builder}, destination);
}

void CustomReadMessage(InvokeContext&,
                       const messages::TxDestination::Reader& reader,
                       CTxDestination& destination)
{
    destination = ReadDestination(reader);
}

void CustomBuildMessage(InvokeContext& context,
                        const interfaces::WalletAddress& address,
                        messages::WalletAddress::Builder&& builder)
{
    CustomBuildMessage(context, address.dest, builder.initDestination());
    builder.setIsMine(address.is_mine);
    builder.setPurpose(static_cast<int32_t>(address.purpose));
    builder.setName(address.name);
}

void CustomBuildMessage(InvokeContext& context,
                        const interfaces::WalletTx& tx,
                        messages::WalletTx::Builder&& builder)
{
    if (tx.tx) builder.setTx(View(Serialized(*tx.tx)));
    BuildFlags(tx.txin_is_mine, builder.initTxinIsMine(tx.txin_is_mine.size()));
    BuildFlags(tx.txout_is_mine, builder.initTxoutIsMine(tx.txout_is_mine.size()));
    BuildFlags(tx.txout_is_change, builder.initTxoutIsChange(tx.txout_is_change.size()));
    auto addresses = builder.initTxoutAddress(tx.txout_address.size());
    for (size_t i{0}; i < tx.txout_address.size(); ++i) {
        CustomBuildMessage(context, tx.txout_address[i], addresses[i]);
    }
    BuildFlags(tx.txout_address_is_mine,
               builder.initTxoutAddressIsMine(tx.txout_address_is_mine.size()));
    builder.setCredit(tx.credit);
    builder.setDebit(tx.debit);
    builder.setChange(tx.change);
    builder.setTime(tx.time);
    auto values = builder.initValueMap(tx.value_map.size());
    size_t index{0};
    for (const auto& [key, value] : tx.value_map) {
        auto pair = values[index++];
        pair.setFirst(key);
        pair.setSecond(value);
    }
    builder.setIsCoinbase(tx.is_coinbase);
}

void CustomReadMessage(InvokeContext&,
                       const messages::WalletTx::Reader& reader,
                       interfaces::WalletTx& tx)
{
    tx.tx.reset();
    if (reader.hasTx()) {
        tx.tx = MakeTransactionRef(Unserialized<CMutableTransaction>(reader.getTx()));
    }
    const size_t inputs{tx.tx ? tx.tx->vin.size() : 0};
    const size_t outputs{tx.tx ? tx.tx->vout.size() : 0};
    tx.txin_is_mine = ReadFlags(reader.getTxinIsMine(), inputs);
    tx.txout_is_mine = ReadFlags(reader.getTxoutIsMine(), outputs);
    tx.txout_is_change = ReadFlags(reader.getTxoutIsChange(), outputs);
    tx.txout_address.clear();
    for (const auto address : reader.getTxoutAddress()) {
        tx.txout_address.push_back(ReadDestination(address));
    }
    if (tx.txout_address.size() != outputs) {
        throw std::runtime_error("the wallet transaction has a wrong number of addresses");
    }
    tx.txout_address_is_mine = ReadFlags(reader.getTxoutAddressIsMine(), outputs);
    tx.credit = reader.getCredit();
    tx.debit = reader.getDebit();
    tx.change = reader.getChange();
    tx.time = reader.getTime();
    tx.value_map.clear();
    for (const auto pair : reader.getValueMap()) {
        tx.value_map.emplace(String(pair.getFirst()), String(pair.getSecond()));
    }
    tx.is_coinbase = reader.getIsCoinbase();
}

void CustomBuildMessage(InvokeContext&,
                        const interfaces::WalletTxOut& output,
                        messages::WalletTxOut::Builder&& builder)
{
    builder.setTxout(View(Serialized(output.txout)));
    builder.setTime(output.time);
    builder.setDepthInMainChain(output.depth_in_main_chain);
    builder.setIsSpent(output.is_spent);
}

void CustomReadMessage(InvokeContext&,
                       const messages::WalletTxOut::Reader& reader,
                       interfaces::WalletTxOut& output)
{
    output.txout = reader.hasTxout() ? Unserialized<CTxOut>(reader.getTxout()) : CTxOut{};
    output.time = reader.getTime();
    output.depth_in_main_chain = reader.getDepthInMainChain();
    output.is_spent = reader.getIsSpent();
}

void CustomBuildMessage(InvokeContext& context,
                        const wallet::CRecipient& recipient,
                        messages::Recipient::Builder&& builder)
{
    CustomBuildMessage(context, recipient.dest, builder.initDestination());
    builder.setAmount(recipient.nAmount);
    builder.setSubtractFeeFromAmount(recipient.fSubtractFeeFromAmount);
}

void CustomReadMessage(InvokeContext&,
                       const messages::Recipient::Reader& reader,
                       wallet::CRecipient& recipient)
{
    recipient.dest = ReadDestination(reader.getDestination());
    recipient.nAmount = reader.getAmount();
    recipient.fSubtractFeeFromAmount = reader.getSubtractFeeFromAmount();
}

void CustomBuildMessage(InvokeContext& context,
                        const wallet::CreatedTransactionResult& created,
                        messages::CreatedTransaction::Builder&& builder)
{
    if (created.tx) builder.setTx(View(Serialized(*created.tx)));
    builder.setFee(created.fee);
    BuildField(TypeList<FeeCalculation>(), context, FeeCalculationField(builder), created.fee_calc);
    if (created.change_pos) builder.setChangePos(*created.change_pos);
    builder.setHasChangePos(created.change_pos.has_value());
}
} // namespace mp
