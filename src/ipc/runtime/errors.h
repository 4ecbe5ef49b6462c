#ifndef MPBITCOIN_IPC_RUNTIME_ERRORS_H
#define MPBITCOIN_IPC_RUNTIME_ERRORS_H

#include <ipc/exception.h>

#include <string>
#include <string_view>

// Why a call of another process has no answer. A call that failed there, or that the process does
// not support, throws ipc::Exception itself, with the other process's text.

namespace mpbitcoin {
//! The connection ended before the answer arrived: the call may have been executed or not.
class Disconnected : public ipc::Exception
{
public:
    using Exception::Exception;
};

//! The connection ended before the call was sent: it was not executed.
class NotSent : public Disconnected
{
public:
    using Disconnected::Disconnected;
};

//! The other process did not execute the call. Has that process's text.
class Refused : public ipc::Exception
{
public:
    using Exception::Exception;
};

//! Whether a caller may repeat a call of `method` ("Interface.method") after this error: the call
//! was not sent, or its policy allows it.
bool MayRepeat(const ipc::Exception& error, std::string_view method);

//! Throws in a method that this thread executes for another process: its caller gets Refused.
[[noreturn]] void Refuse(const std::string& why);
} // namespace mpbitcoin

#endif // MPBITCOIN_IPC_RUNTIME_ERRORS_H
