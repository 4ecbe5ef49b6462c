#ifndef MPBITCOIN_EXTENSION_METHOD_H
#define MPBITCOIN_EXTENSION_METHOD_H

#include <cstdint>
#include <optional>

namespace mpbitcoin::extension {
//! The properties of a method that the event loop needs.
struct MethodWire
{
    uint64_t interface_id{0};
    uint16_t ordinal{0};
    //! The index of the pointer in the parameters that holds libmultiprocess' Context. The loop
    //! fills it.
    std::optional<uint32_t> context{};
    //! Whether it returns the other side's threads, as libmultiprocess' `construct` does.
    bool gives_threads{false};
    //! Whether it is libmultiprocess' `destroy`, which ends an object before its last reference.
    bool is_destroy{false};
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_METHOD_H
