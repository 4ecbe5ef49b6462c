#ifndef MPBITCOIN_IPC_INTERFACES_WALLET_BYTES_H
#define MPBITCOIN_IPC_INTERFACES_WALLET_BYTES_H

#include <primitives/transaction.h>
#include <streams.h>
#include <uint256.h>

#include <capnp/blob.h>
#include <kj/common.h>

#include <span>
#include <stdexcept>
#include <vector>

namespace mpbitcoin {
//! What a setter of a Data field takes. A view: `bytes` has to live while it is used.
template <typename Bytes>
kj::ArrayPtr<const kj::byte> View(const Bytes& bytes)
{
    return {bytes.data(), bytes.size()};
}

inline std::span<const unsigned char> Span(capnp::Data::Reader data)
{
    return {data.begin(), data.size()};
}

inline std::vector<unsigned char> Vector(capnp::Data::Reader data)
{
    return {data.begin(), data.end()};
}

template <typename Object>
std::vector<unsigned char> Serialized(const Object& object)
{
    std::vector<unsigned char> bytes;
    VectorWriter{bytes, 0} << object;
    return bytes;
}

//! An object that takes all of the bytes. Throws std::ios_base::failure when they end too early,
//! and std::runtime_error when some are left over.
template <typename Object>
Object Unserialized(capnp::Data::Reader data)
{
    Object object;
    SpanReader stream{Span(data)};
    stream >> object;
    if (!stream.empty()) throw std::runtime_error("bytes left over after an object");
    return object;
}

//! A transaction of class `Tx`, with its witnesses. Throws as Unserialized() does.
template <typename Tx>
Tx UnserializedTransaction(capnp::Data::Reader data)
{
    SpanReader stream{Span(data)};
    Tx tx{deserialize, TX_WITH_WITNESS, stream};
    if (!stream.empty()) throw std::runtime_error("bytes left over after a transaction");
    return tx;
}

//! A uint160 or uint256. Its constructor would abort on another size.
template <typename Hash>
Hash ReadHash(capnp::Data::Reader data)
{
    if (data.size() != Hash::size()) throw std::runtime_error("hash of a wrong size");
    return Hash{Span(data)};
}
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_WALLET_BYTES_H
