#include <sandbox/sandbox.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#ifdef __linux__
#include <sandbox/parts.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#endif

namespace mpbitcoin {
namespace {
std::string Join(const std::vector<std::string>& items, std::string_view separator)
{
    std::string joined;
    for (const auto& item : items) {
        if (!joined.empty()) joined += separator;
        joined += item;
    }
    return joined;
}

#ifdef __linux__
//! Close the process's memory to debuggers, /proc/<pid>/mem and core dumps.
bool ProtectMemory(std::vector<std::string>& gaps)
{
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        gaps.push_back(sandbox::ErrorNote("PR_SET_DUMPABLE", errno));
        return false;
    }
    return true;
}

void ReportOtherThreads(std::vector<std::string>& gaps)
{
    std::error_code error;
    const std::filesystem::directory_iterator tasks{"/proc/self/task", error};
    const auto others{std::distance(begin(tasks), end(tasks)) - 1};
    if (others < 1) return; // no /proc: unknown
    gaps.push_back("already running and not confined: " + std::to_string(others) + " thread(s)");
}

//! A second protection against core dumps. Programs started later would inherit it.
void ForbidCoreDumps(std::vector<std::string>& notes)
{
    const rlimit none{0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) {
        notes.push_back(sandbox::ErrorNote("RLIMIT_CORE", errno));
    }
}
#endif
} // namespace

#ifdef __linux__
std::string sandbox::ErrorNote(const std::string& what, int error)
{
    return what + ": " + std::generic_category().message(error);
}

SandboxResult ApplySandbox(const SandboxRequest& request)
{
    SandboxResult result;
    if (!request.temporary.empty()) {
        setenv("SQLITE_TMPDIR", request.temporary.c_str(), /*overwrite=*/0);
    }
    result.dumpable_off = ProtectMemory(result.gaps);
    if (request.allow_exec) {
        result.gaps.emplace_back("files and network stay open for -signer and -walletnotify, "
                                 "whose programs would inherit the limits");
        return result;
    }
    ForbidCoreDumps(result.notes);
    ReportOtherThreads(result.gaps);
    const int abi{sandbox::LandlockAbi(result.gaps)};
    if (abi > 0) sandbox::LimitFiles(request, abi, result);
    result.seccomp = sandbox::LimitSystemCalls(result.gaps);
    return result;
}
#else
SandboxResult ApplySandbox(const SandboxRequest&)
{
    SandboxResult result;
    result.gaps.emplace_back("supported only on Linux");
    return result;
}
#endif

std::string Missing(const SandboxResult& result)
{
    return Join(result.gaps, "; ");
}

std::string Describe(const SandboxResult& result)
{
    std::vector<std::string> parts;
    if (result.dumpable_off) parts.emplace_back("memory closed to debuggers and core dumps");
    if (result.seccomp) parts.emplace_back("no network, no other programs (seccomp)");
    if (result.landlock_abi > 0) {
        parts.push_back("no files but its own (Landlock ABI " +
                        std::to_string(result.landlock_abi) + ")");
    }
    std::string line{"Sandbox: " + (parts.empty() ? "none" : Join(parts, ", "))};
    if (!result.gaps.empty()) line += ". Missing: " + Missing(result);
    if (!result.notes.empty()) line += ". Note: " + Join(result.notes, "; ");
    return line;
}
} // namespace mpbitcoin
