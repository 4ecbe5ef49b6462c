#ifndef MPBITCOIN_EXTENSION_DESCRIBE_H
#define MPBITCOIN_EXTENSION_DESCRIBE_H

#include <extension/plans.h>

namespace mpbitcoin::extension {
//! All loaded types as plain lists and dicts. The generator writes interfaces and structs from
//! them, and `mpbitcoin ipc describe` shows them. Needs the GIL.
nb::list describe(const Schemas& schemas);
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_DESCRIBE_H
