#ifndef MPBITCOIN_SANDBOX_PARTS_H
#define MPBITCOIN_SANDBOX_PARTS_H

#include <sandbox/sandbox.h>

#include <string>
#include <vector>

//! The parts of ApplySandbox() on Linux. For its use and for tests.
namespace mpbitcoin::sandbox {
//! Version of the kernel's Landlock interface, 0 and a gap when there is none.
int LandlockAbi(std::vector<std::string>& gaps);

//! Limits the files of this thread, and of those that it will start, with Landlock. Uses no more
//! than `abi`, which must be positive and at most LandlockAbi(). Sets result.landlock_abi when that
//! is in force.
void LimitFiles(const SandboxRequest& request, int abi, SandboxResult& result);

//! Limits the system calls of this thread, and of those that it will start, with seccomp. Returns
//! whether that is in force.
bool LimitSystemCalls(std::vector<std::string>& gaps);

//! "<what>: <the error's text>".
std::string ErrorNote(const std::string& what, int error);
} // namespace mpbitcoin::sandbox

#endif // MPBITCOIN_SANDBOX_PARTS_H
