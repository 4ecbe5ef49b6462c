#ifndef MPBITCOIN_IPC_INTERFACES_COMMON_BYTES_H
#define MPBITCOIN_IPC_INTERFACES_COMMON_BYTES_H

#include <ipc/capnp/common-types.h>
#include <streams.h>
#include <uint256.h>

#include <capnp/blob.h>
#include <kj/common.h>

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace mpbitcoin {
//! An argument for the setter of a Data field. A view: `bytes` must outlive it.
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

inline std::string String(capnp::Text::Reader text)
{
    return {text.begin(), text.size()};
}

//! The bytes of an object. Transactions include their witnesses.
template <typename Object>
std::vector<unsigned char> Serialized(const Object& object)
{
    std::vector<unsigned char> bytes;
    VectorWriter stream{bytes, 0};
    auto wrapper{ipc::capnp::Wrap(stream)};
    wrapper << object;
    return bytes;
}

//! Read an object from all of the bytes. Throws std::ios_base::failure for too few bytes and
//! std::runtime_error for extra bytes.
template <typename Object>
void Unserialize(capnp::Data::Reader data, Object& object)
{
    SpanReader stream{Span(data)};
    auto wrapper{ipc::capnp::Wrap(stream)};
    wrapper >> object;
    if (!stream.empty()) throw std::runtime_error("extra bytes after an object");
}

//! The same, as a new object.
template <typename Object>
Object Unserialized(capnp::Data::Reader data)
{
    Object object;
    Unserialize(data, object);
    return object;
}

//! A uint160 or uint256. Its own constructor aborts for another size.
template <typename Hash = uint256>
Hash ReadHash(capnp::Data::Reader data)
{
    if (data.size() != Hash::size()) throw std::runtime_error("the hash has a wrong size");
    return Hash{Span(data)};
}
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_COMMON_BYTES_H
