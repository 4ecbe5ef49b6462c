#include <ipc/runtime/errors.h>
#include <ipc/runtime/log.h>
#include <ipc/runtime/policy.h>
#include <logging.h>

#include <string>
#include <string_view>

namespace mpbitcoin {
namespace {
//! Called for each message before it is formatted: the logging RPC changes categories at any time.
bool Wanted(mp::Log level)
{
    switch (level) {
    case mp::Log::Trace:
        return LogAcceptCategory(BCLog::IPC, BCLog::Level::Trace);
    case mp::Log::Debug:
    case mp::Log::Info:
        return LogAcceptCategory(BCLog::IPC, BCLog::Level::Debug);
    case mp::Log::Warning:
    case mp::Log::Error:
    case mp::Log::Raise:
        return true;
    }
    return true;
}

//! Whether the log may mention calls of a method. Calls that carry the log would never end.
bool MayBeLogged(const char* params_type)
{
    const auto* policy{FindPolicy(params_type)};
    return !policy || !policy->unlogged;
}

//! Whether the log may show a call's content. Methods without a policy show nothing.
bool MayBeShown(const char* params_type, bool results)
{
    const auto* policy{FindPolicy(params_type)};
    return policy && !(results ? policy->secret_results : policy->secret_parameters);
}

//! The error text of the process that threw it, without the class that Cap'n Proto puts before it.
std::string Words(const std::string& reason)
{
    constexpr std::string_view CLASS{"std::exception: "};
    return reason.starts_with(CLASS) ? reason.substr(CLASS.size()) : reason;
}

[[noreturn]] void Raise(const mp::LogMessage& message)
{
    LogDebug(BCLog::IPC, "%s", message.message);
    switch (message.failure) {
    case mp::Failure::NotSent:
        throw NotSent(message.message);
    case mp::Failure::Disconnected:
        throw Disconnected(message.message);
    case mp::Failure::Refused:
        throw Refused(Words(message.reason));
    case mp::Failure::Unimplemented:
    case mp::Failure::Failed:
        break;
    }
    throw ipc::Exception(Words(message.reason));
}

void Log(const mp::LogMessage& message)
{
    switch (message.level) {
    case mp::Log::Trace:
        LogTrace(BCLog::IPC, "%s", message.message);
        return;
    case mp::Log::Debug:
    case mp::Log::Info:
        LogDebug(BCLog::IPC, "%s", message.message);
        return;
    case mp::Log::Warning:
        LogWarning("ipc: %s", message.message);
        return;
    case mp::Log::Error:
        LogError("ipc: %s", message.message);
        return;
    case mp::Log::Raise:
        Raise(message);
    }
}
} // namespace

mp::LogOptions MakeLogOptions()
{
    return {
        .log_fn = Log, .log_wanted = Wanted, .log_call = MayBeLogged, .log_contents = MayBeShown};
}
} // namespace mpbitcoin
