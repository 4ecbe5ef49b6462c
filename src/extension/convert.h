#ifndef MPBITCOIN_EXTENSION_CONVERT_H
#define MPBITCOIN_EXTENSION_CONVERT_H

#include <extension/plans.h>

namespace mpbitcoin::extension {
//! What turns objects into capabilities and back, for one connection: an object of Python with the
//! methods `_wrap(interface id, Capability)` and `_export(object, interface id)`.
using Owner = nb::handle;

//! The message of a struct's fields, from Python's values in their order. Needs the GIL. Raises
//! TypeError, ValueError, what Python's objects raise, and LimitExceeded for structs and lists in
//! each other, more than `nesting`.
Message store(const StructPlan& plan, const nb::tuple& values, Owner owner, int nesting);

//! Python's values of a struct's fields, as a tuple. Needs the GIL.
nb::tuple load(const StructPlan& plan, const std::shared_ptr<const Message>& message, Owner owner);

//! The result of a method: None, a value, or an instance of the plan's maker. Raises what the
//! method's exception results represent.
nb::object
loadResult(const MethodPlan& method, const std::shared_ptr<const Message>& message, Owner owner);

//! The results of a method of ours, from what Python's has returned.
Message storeResult(const MethodPlan& method, nb::handle value, Owner owner, int nesting);

//! The results of a method of ours that has thrown; nothing when it has no result for that.
std::optional<Message> storeError(const MethodPlan& method, const std::string& text);

//! The bytes of a message, kept alive by whoever looks at them.
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
