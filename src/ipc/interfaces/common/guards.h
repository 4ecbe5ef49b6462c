#ifndef MPBITCOIN_IPC_INTERFACES_COMMON_GUARDS_H
#define MPBITCOIN_IPC_INTERFACES_COMMON_GUARDS_H

#include <tinyformat.h>
#include <util/log.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <utility>

// Checks for calls from another process: node and wallet trust callers in their own process.
// Arguments that would end the process raise std::runtime_error instead. The policies in the
// schemas name the checks of each parameter, and the generator writes the calls of these functions.

namespace mpbitcoin {
//! Throws when the value is null. References never are.
template <typename Value>
void Require(const Value& value, const char* name)
{
    if constexpr (requires { static_cast<bool>(value); }) {
        if (!value) throw std::runtime_error{strprintf("%s is missing", name)};
    }
}

//! Throws when a number, or a duration in its own unit, is out of range.
template <typename Value>
void RequireRange(const Value& value, int64_t min, int64_t max, const char* name)
{
    if constexpr (requires { value.count(); }) {
        RequireRange(value.count(), min, max, name);
    } else if (std::cmp_less(value, min) || std::cmp_greater(value, max)) {
        throw std::runtime_error{strprintf("%s is out of range: use %d to %d", name, min, max)};
    }
}

//! A callback that may outlive its process and whose caller cannot handle errors: logs exceptions
//! and drops them.
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
