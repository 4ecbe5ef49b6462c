#include <sandbox/sandbox.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#ifdef __linux__
#include <fcntl.h>
#include <sandbox/parts.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
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
//! Closes the memory of the process to debuggers, /proc/<pid>/mem and core dumps.
bool ProtectMemory(std::vector<std::string>& gaps)
{
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        gaps.push_back(sandbox::ErrorNote("PR_SET_DUMPABLE", errno));
        return false;
    }
    return true;
}

//! The descriptor that SQLITE_TMPDIR names, -1 when it names another path.
int g_temporary{-1};

void SetTemporaryFolder(const std::filesystem::path& folder, std::vector<std::string>& notes)
{
    if (g_temporary < 0 || folder.empty()) return;
    const int opened{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (opened < 0 || dup3(opened, g_temporary, O_CLOEXEC) < 0) {
        notes.push_back(sandbox::ErrorNote("no temporary files in " + folder.string(), errno));
    }
    if (opened >= 0) close(opened);
}

//! A second lock on core dumps. Programs started later would inherit it.
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

void ReserveTemporaryFolder()
{
    if (std::getenv("SQLITE_TMPDIR")) return;
    // A path whose end can be moved. SQLite passes over it as long as it is no folder.
    g_temporary = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (g_temporary < 0) return;
    setenv("SQLITE_TMPDIR", ("/proc/self/fd/" + std::to_string(g_temporary)).c_str(), 1);
}

SandboxResult ApplySandbox(const SandboxRequest& request)
{
    SandboxResult result;
    SetTemporaryFolder(request.temporary, result.notes);
    result.dumpable_off = ProtectMemory(result.gaps);
    if (request.allow_exec) {
        result.gaps.emplace_back("files and network stay open for -signer and -walletnotify, "
                                 "whose programs would inherit the limits");
        return result;
    }
    ForbidCoreDumps(result.notes);
    // Files first: the threads' directory in /proc must still be readable without conditions.
    const int abi{sandbox::LandlockAbi(result.gaps)};
    if (abi > 0) sandbox::LimitFiles(request, abi, result);
    result.seccomp = sandbox::LimitSystemCalls(result.gaps);
    return result;
}
#else
void ReserveTemporaryFolder() {}

SandboxResult ApplySandbox(const SandboxRequest&)
{
    SandboxResult result;
    result.gaps.emplace_back("made for Linux only");
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
