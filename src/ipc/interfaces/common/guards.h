#ifndef MPBITCOIN_IPC_INTERFACES_COMMON_GUARDS_H
#define MPBITCOIN_IPC_INTERFACES_COMMON_GUARDS_H

#include <tinyformat.h>
#include <util/log.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>

// What node and wallet take for granted from a caller in their own process is checked when the
// caller is another one: what would end the process raises std::runtime_error instead. What is
// checked of which parameter is in the policies of the schemas, the calls of these are generated.

namespace mpbitcoin {
//! That a parameter which may be null is not. References never are.
template <typename Value>
void Require(const Value& value, const char* name)
{
    if constexpr (requires { static_cast<bool>(value); }) {
        if (!value) throw std::runtime_error{strprintf("%s is missing", name)};
    }
}

//! That a number, or a duration in its own unit, is in a range.
template <typename Value>
void RequireRange(const Value& value, int64_t min, int64_t max, const char* name)
{
    if constexpr (requires { value.count(); }) {
        RequireRange(value.count(), min, max, name);
    } else if (std::cmp_less(value, min) || std::cmp_greater(value, max)) {
        throw std::runtime_error{
            strprintf("%s is out of range: it may be %d to %d", name, min, max)};
    }
}

//! A function that is called in the midst of other things and may outlive the process it leads to:
//! what it throws is logged and not passed on, as nobody could do anything about it.
template <typename... Args>
std::function<void(Args...)> Forgiving(std::function<void(Args...)> callback)
{
    return [callback = std::move(callback)](Args... args) {
        try {
            callback(std::forward<Args>(args)...);
        } catch (const std::exception& error) {
            LogDebug(BCLog::IPC, "A notification was not delivered: %s", error.what());
        }
    };
}
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_INTERFACES_COMMON_GUARDS_H
