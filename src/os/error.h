#ifndef MPBITCOIN_OS_ERROR_H
#define MPBITCOIN_OS_ERROR_H

#include <cerrno>
#include <string>
#include <system_error>

namespace mpbitcoin {
//! Throw std::system_error: "<what>: <text of the error>".
[[noreturn]] inline void Fail(const std::string& what, int error = errno)
{
    throw std::system_error{error, std::system_category(), what};
}
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_ERROR_H
