#ifndef MPBITCOIN_EXTENSION_DESCRIBE_H
#define MPBITCOIN_EXTENSION_DESCRIBE_H

#include <extension/plans.h>

namespace mpbitcoin::extension {
//! All types that are loaded, as plain lists and dicts: what interfaces and structs are written
//! from, and what people are shown. Needs the GIL.
nb::list describe(const Schemas& schemas);
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_DESCRIBE_H
