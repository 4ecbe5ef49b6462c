#ifndef MPBITCOIN_SANDBOX_PARTS_H
#define MPBITCOIN_SANDBOX_PARTS_H

#include <sandbox/sandbox.h>

#include <string>
#include <vector>

//! The parts of ApplySandbox() on Linux, for itself and for tests.
namespace mpbitcoin::sandbox {
//! The version of the kernel's Landlock interface; 0, and a gap, without Landlock.
int LandlockAbi(std::vector<std::string>& gaps);

//! Limit the files of this thread, and of those that it starts later, with Landlock. Uses at most
//! version `abi`, which must be positive and at most LandlockAbi(). Sets result.landlock_abi when
//! the limits are in force.
void LimitFiles(const SandboxRequest& request, int abi, SandboxResult& result);

//! Limit the system calls of this thread, and of those that it starts later, with seccomp. Returns
//! whether the limits are in force.
bool LimitSystemCalls(std::vector<std::string>& gaps);

//! "<what>: <the error's text>".
std::string ErrorNote(const std::string& what, int error);
} // namespace mpbitcoin::sandbox

#endif // MPBITCOIN_SANDBOX_PARTS_H
