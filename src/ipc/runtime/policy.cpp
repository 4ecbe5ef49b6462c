#include <ipc/runtime/policy.h>

#include <algorithm>

namespace mpbitcoin {
const Policy* FindPolicy(std::string_view name)
{
    const auto method{name.substr(0, name.find('$'))};
    const auto found{std::ranges::lower_bound(POLICIES, method, {}, &Policy::method)};
    return found != POLICIES.end() && found->method == method ? &*found : nullptr;
}
} // namespace mpbitcoin
