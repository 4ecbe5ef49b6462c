#ifndef MPBITCOIN_EXECUTABLES_COMMON_SANDBOX_MODE_H
#define MPBITCOIN_EXECUTABLES_COMMON_SANDBOX_MODE_H

class ArgsManager;

namespace mpbitcoin {
//! The privileges that a wallet process gives up before it opens a wallet.
enum class SandboxMode {
    OFF,
    //! All that the kernel can remove.
    ON,
    //! All, or the process does not start.
    REQUIRED,
};

//! The value of -walletsandbox: 0, 1 (the default) or require. Throws std::runtime_error for other
//! values.
SandboxMode GetSandboxMode(const ArgsManager& args);
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_COMMON_SANDBOX_MODE_H
