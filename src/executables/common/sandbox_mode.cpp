#include <common/args.h>
#include <executables/common/sandbox_mode.h>
#include <tinyformat.h>

#include <stdexcept>
#include <string>

namespace mpbitcoin {
SandboxMode GetSandboxMode(const ArgsManager& args)
{
    const std::string value{args.GetArg("-walletsandbox", "1")};
    if (value == "0") return SandboxMode::OFF;
    if (value == "1" || value.empty()) return SandboxMode::ON;
    if (value == "require") return SandboxMode::REQUIRED;
    throw std::runtime_error{strprintf("Invalid -walletsandbox=%s: use 0, 1 or require.", value)};
}
} // namespace mpbitcoin
