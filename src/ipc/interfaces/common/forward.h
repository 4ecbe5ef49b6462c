#ifndef MPBITCOIN_IPC_INTERFACES_COMMON_FORWARD_H
#define MPBITCOIN_IPC_INTERFACES_COMMON_FORWARD_H

#include <cstddef>
#include <tuple>
#include <type_traits>

// Classes that implement an interface by calling another object. They are generated from the
// schemas: <schema>.forward.h.

namespace mpbitcoin {
//! Implements `Interface`: `Target` returns a pointer to an object, and each method calls that
//! object. A smart pointer keeps the object alive during the call. Derived classes override some
//! methods.
template <typename Interface, typename Target>
class Forwarded;

//! The same for an object that other processes call. The derived class must implement the methods
//! with queued or unlocked callbacks: the other object may call back while it holds locks.
template <typename Interface, typename Target>
class Served;

//! A target that outlives the class that refers to it.
template <typename Interface>
class Reference
{
public:
    Reference(Interface& target) : m_target{target} {}
    Interface* operator()() const { return &m_target; }

private:
    Interface& m_target;
};

//! The types of a method. `Target` delays the lookup until a class is used: the types may be
//! incomplete before.
template <typename Method, typename Target>
struct MethodTypes;
template <typename Class, typename Return, typename... Arguments, typename Target>
struct MethodTypes<Return (Class::*)(Arguments...), Target>
{
    using Result = Return;
    using Types = std::tuple<std::type_identity<Arguments>...>;
};

template <auto Method, typename Target>
using ResultOf = typename MethodTypes<decltype(Method), Target>::Result;
template <auto Method, std::size_t Index, typename Target>
using ArgumentOf =
    typename std::tuple_element_t<Index,
                                  typename MethodTypes<decltype(Method), Target>::Types>::type;
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_COMMON_FORWARD_H
