#include <ipc/runtime/errors.h>
#include <ipc/runtime/policy.h>

#include <kj/exception.h>
#include <kj/string.h>

namespace mpbitcoin {
bool MayRepeat(const ipc::Exception& error, std::string_view method)
{
    if (dynamic_cast<const NotSent*>(&error)) return true;
    const auto* policy{FindPolicy(method)};
    return dynamic_cast<const Disconnected*>(&error) && policy && policy->repeatable;
}

void Refuse(const std::string& why)
{
    // Not a std::exception, which methods may have among their results.
    throw kj::Exception{kj::Exception::Type::OVERLOADED, __FILE__, __LINE__, kj::str(why.c_str())};
}
} // namespace mpbitcoin
