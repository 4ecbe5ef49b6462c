#ifndef MPBITCOIN_EXTENSION_CONVERT_H
#define MPBITCOIN_EXTENSION_CONVERT_H

#include <extension/plans.h>

namespace mpbitcoin::extension {
//! Turns objects into capabilities and back, for one connection: a Python object with the methods
//! `_wrap(interface id, Capability)` and `_export(object, interface id)`.
using Owner = nb::handle;

//! The message with a struct's fields, from Python's values in field order. Needs the GIL. Raises
//! TypeError, ValueError, exceptions of Python's objects, and LimitExceeded for structs and lists
//! nested deeper than `nesting`.
Message store(const StructPlan& plan, const nb::tuple& values, Owner owner, int nesting);

//! Python's values of a struct's fields, as a tuple. Needs the GIL.
nb::tuple load(const StructPlan& plan, const std::shared_ptr<const Message>& message, Owner owner);

//! The result of a method: None, a value, or an instance of the plan's maker. Raises the exception
//! that the method's results contain.
nb::object
loadResult(const MethodPlan& method, const std::shared_ptr<const Message>& message, Owner owner);

//! The results of a method of ours, from Python's return value.
Message storeResult(const MethodPlan& method, nb::handle value, Owner owner, int nesting);

//! The results of a method of ours that raised an exception, or nothing when no result can hold it.
std::optional<Message> storeError(const MethodPlan& method, const std::string& text);

//! The bytes of a message. Every view keeps them alive.
struct Buffer
{
    std::shared_ptr<const Message> message;
    capnp::Data::Reader bytes;
};
//! Python's buffer protocol for Buffer.
extern PyType_Slot bufferSlots[];

//! A capability as Python holds it.
struct Capability
{
    std::shared_ptr<Remote> remote;
    //! A weak reference to the Owner.
    nb::object owner;
};

//! Throws the Python exception for a failure. Needs the GIL.
[[noreturn]] void raise(const Failure& failure, const std::string& type = {});
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_CONVERT_H
