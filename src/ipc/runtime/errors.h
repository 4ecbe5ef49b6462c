#ifndef MPBITCOIN_IPC_RUNTIME_ERRORS_H
#define MPBITCOIN_IPC_RUNTIME_ERRORS_H

#include <ipc/exception.h>

#include <string>
#include <string_view>

// Why a call of another process has no answer. A call that failed there, or that it does not know,
// throws ipc::Exception itself, with the other process's words.

namespace mpbitcoin {
//! The connection ended before the answer came: the call may have been executed or not.
class Disconnected : public ipc::Exception
{
public:
    using Exception::Exception;
};

//! The connection had ended before the call was sent: it was not executed.
class NotSent : public Disconnected
{
public:
    using Disconnected::Disconnected;
};

//! The other process did not execute the call; its words.
class Refused : public ipc::Exception
{
public:
    using Exception::Exception;
};

//! Whether a call of `method`, "Interface.method", may be made again after this: it was not sent,
//! or its policy says that it is safe to repeat.
bool MayRepeat(const ipc::Exception& error, std::string_view method);

//! Let the caller of the method that this thread executes for another process get Refused.
[[noreturn]] void Refuse(const std::string& why);
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_ERRORS_H
