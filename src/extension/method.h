#ifndef MPBITCOIN_EXTENSION_METHOD_H
#define MPBITCOIN_EXTENSION_METHOD_H

#include <cstdint>
#include <optional>

namespace mpbitcoin::extension {
//! What the event loop has to know of a method.
struct MethodWire
{
    uint64_t interface_id{0};
    uint16_t ordinal{0};
    //! Which of its parameters' pointers is libmultiprocess' Context, that the loop sets.
    std::optional<uint32_t> context{};
    //! Whether it gives the other side's threads, as libmultiprocess' `construct` does.
    bool gives_threads{false};
    //! Whether it is libmultiprocess' `destroy`, which ends an object before its last reference.
    bool is_destroy{false};
};
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_METHOD_H
