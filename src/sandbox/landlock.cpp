#ifdef __linux__
#include <fcntl.h>
#include <os/descriptor.h>
#include <sandbox/parts.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

// Uses Landlock's system calls: the C libraries have no functions for them, and the headers on many
// hosts know only the first versions.

namespace mpbitcoin::sandbox {
namespace {
constexpr long CREATE_RULESET{444}, ADD_RULE{445}, RESTRICT_SELF{446};
constexpr uint32_t CREATE_RULESET_VERSION{1};
constexpr uint32_t RULE_PATH_BENEATH{1};

// Rights to files.
constexpr uint64_t EXECUTE{1U << 0}, WRITE_FILE{1U << 1}, READ_FILE{1U << 2}, READ_DIR{1U << 3};
constexpr uint64_t REMOVE_DIR{1U << 4}, REMOVE_FILE{1U << 5}, MAKE_DIR{1U << 7}, MAKE_REG{1U << 8};
constexpr uint64_t REFER{1U << 13}, TRUNCATE{1U << 14}, IOCTL_DEV{1U << 15};
constexpr uint64_t RESOLVE_UNIX{1U << 16};
//! All rights of the first version: those above up to MAKE_REG, and creating devices, sockets,
//! pipes and symbolic links.
constexpr uint64_t FIRST_VERSION{(1U << 13) - 1};

constexpr uint64_t READ{READ_FILE | READ_DIR};
//! No devices, sockets, pipes or symbolic links: the wallet creates none.
constexpr uint64_t READ_WRITE{READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR |
                              MAKE_REG | REFER};
//! The rights that a rule for a single file may name.
constexpr uint64_t OF_A_FILE{EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV};

//! BIND_TCP and CONNECT_TCP.
constexpr uint64_t NETWORK{3};
//! Abstract Unix sockets and signals.
constexpr uint64_t SCOPES{3};

struct RulesetAttributes
{
    uint64_t handled_files;
    uint64_t handled_network;
    uint64_t scoped;
};

struct [[gnu::packed]] PathBeneath
{
    uint64_t allowed;
    int32_t parent;
};

RulesetAttributes Handled(int abi)
{
    RulesetAttributes handled{.handled_files = FIRST_VERSION, .handled_network = 0, .scoped = 0};
    if (abi >= 2) handled.handled_files |= REFER;
    if (abi >= 3) handled.handled_files |= TRUNCATE;
    if (abi >= 4) handled.handled_network = NETWORK;
    if (abi >= 5) handled.handled_files |= IOCTL_DEV;
    if (abi >= 6) handled.scoped = SCOPES;
    if (abi >= 9) handled.handled_files |= RESOLVE_UNIX;
    return handled;
}

//! Allow access to everything below the path. Returns 0 or the error.
int Allow(int ruleset, const std::filesystem::path& path, uint64_t rights)
{
    const Descriptor parent{open(path.c_str(), O_PATH | O_CLOEXEC)};
    struct stat status;
    if (parent.get() < 0 || fstat(parent.get(), &status) != 0) return errno;
    if (!S_ISDIR(status.st_mode)) rights &= OF_A_FILE;
    const PathBeneath rule{.allowed = rights, .parent = parent.get()};
    return syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : errno;
}

//! Files that the C library and the random number generator read, and other places where SQLite
//! writes. In /proc this includes the public facts about other processes, but not their memory and
//! environment: these require the right to trace them, which Landlock removes (but not from root).
//! Rules for single files of /proc would not last.
void AllowSystemFiles(int ruleset, uint64_t handled)
{
    for (const char* path :
         {"/dev/random", "/dev/urandom", "/dev/zero", "/etc/ld.so.cache", "/etc/localtime",
          "/gnu/store", "/lib", "/lib64", "/nix/store", "/proc", "/sys/devices/system/cpu",
          "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/locale", "/usr/share/zoneinfo"}) {
        Allow(ruleset, path, READ & handled); // No system has all of them.
    }
    Allow(ruleset, "/dev/null", (READ_FILE | WRITE_FILE | TRUNCATE) & handled);
    if (const char* folder{std::getenv("SQLITE_TMPDIR")}) {
        Allow(ruleset, folder, READ_WRITE & handled);
    }
}

void AllowRequested(int ruleset,
                    const std::vector<std::filesystem::path>& paths,
                    uint64_t rights,
                    std::vector<std::string>& notes)
{
    for (const auto& path : paths) {
        if (const int error{Allow(ruleset, path, rights)}) {
            notes.push_back(ErrorNote("closed although needed: " + path.string(), error));
        }
    }
}

//! Apply the rules to this thread and to those that it starts later.
bool Enforce(int ruleset)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(RESTRICT_SELF, ruleset, /*flags=*/0) == 0;
}

} // namespace

int LandlockAbi(std::vector<std::string>& gaps)
{
    const long abi{syscall(CREATE_RULESET, nullptr, 0, CREATE_RULESET_VERSION)};
    if (abi > 0) return static_cast<int>(abi);
    if (errno == ENOSYS) {
        gaps.emplace_back("Landlock: not supported by this kernel");
    } else if (errno == EOPNOTSUPP) {
        gaps.emplace_back("Landlock: turned off in this kernel");
    } else {
        gaps.push_back(ErrorNote("Landlock", errno));
    }
    return 0;
}

void LimitFiles(const SandboxRequest& request, int abi, SandboxResult& result)
{
    const RulesetAttributes handled{Handled(abi)};
    const Descriptor ruleset{
        static_cast<int>(syscall(CREATE_RULESET, &handled, sizeof(handled), /*flags=*/0))};
    if (ruleset.get() < 0) {
        result.gaps.push_back(ErrorNote("Landlock", errno));
        return;
    }
    AllowSystemFiles(ruleset.get(), handled.handled_files);
    AllowRequested(ruleset.get(), request.read_only, READ & handled.handled_files, result.notes);
    AllowRequested(ruleset.get(), request.read_write, READ_WRITE & handled.handled_files,
                   result.notes);
    if (Enforce(ruleset.get())) {
        result.landlock_abi = abi;
    } else {
        result.gaps.push_back(ErrorNote("Landlock", errno));
    }
}
} // namespace mpbitcoin::sandbox
#endif // __linux__
