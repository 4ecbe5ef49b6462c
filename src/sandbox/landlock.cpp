#ifdef __linux__
#include <fcntl.h>
#include <os/descriptor.h>
#include <sandbox/parts.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

// Landlock by its system calls: the C libraries have no functions for it, and the headers that
// many hosts are built with know only its first versions.

namespace mpbitcoin::sandbox {
namespace {
constexpr long CREATE_RULESET{444}, ADD_RULE{445}, RESTRICT_SELF{446};
constexpr uint32_t CREATE_RULESET_VERSION{1};
constexpr uint32_t RULE_PATH_BENEATH{1};
constexpr uint32_t RESTRICT_SELF_TSYNC{1U << 3};
constexpr int ABI_WITH_TSYNC{8};

// Rights to files.
constexpr uint64_t EXECUTE{1U << 0}, WRITE_FILE{1U << 1}, READ_FILE{1U << 2}, READ_DIR{1U << 3};
constexpr uint64_t REMOVE_DIR{1U << 4}, REMOVE_FILE{1U << 5}, MAKE_DIR{1U << 7}, MAKE_REG{1U << 8};
constexpr uint64_t REFER{1U << 13}, TRUNCATE{1U << 14}, IOCTL_DEV{1U << 15};
constexpr uint64_t RESOLVE_UNIX{1U << 16};
//! All rights of the first version: the above up to MAKE_REG, and making devices, sockets, pipes
//! and symbolic links.
constexpr uint64_t FIRST_VERSION{(1U << 13) - 1};

constexpr uint64_t READ{READ_FILE | READ_DIR};
//! No devices, sockets, pipes or symbolic links: the wallet makes none.
constexpr uint64_t READ_WRITE{READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR |
                              MAKE_REG | REFER};
//! Those that a rule for a single file may name.
constexpr uint64_t OF_A_FILE{EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV};

//! BIND_TCP and CONNECT_TCP.
constexpr uint64_t NETWORK{3};
//! To abstract Unix sockets and signals.
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

//! Allows what is beneath the path. Returns 0 or the error.
int Allow(int ruleset, const std::filesystem::path& path, uint64_t rights)
{
    const Descriptor parent{open(path.c_str(), O_PATH | O_CLOEXEC)};
    struct stat status;
    if (parent.get() < 0 || fstat(parent.get(), &status) != 0) return errno;
    if (!S_ISDIR(status.st_mode)) rights &= OF_A_FILE;
    const PathBeneath rule{.allowed = rights, .parent = parent.get()};
    return syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0) == 0 ? 0 : errno;
}

//! What the C library and the random number generator read, and where SQLite writes besides. In
//! /proc that includes what a user sees of other processes, but not their memory and environment:
//! for these one must be allowed to trace them, which Landlock takes away (not from root). Rules
//! for single files of /proc would not last.
void AllowSystemFiles(int ruleset, uint64_t handled)
{
    for (const char* path :
         {"/dev/random", "/dev/urandom", "/dev/zero", "/etc/ld.so.cache", "/etc/localtime",
          "/gnu/store", "/lib", "/lib64", "/nix/store", "/proc", "/sys/devices/system/cpu",
          "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/locale", "/usr/share/zoneinfo"}) {
        Allow(ruleset, path, READ & handled); // No system has them all.
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

bool RestrictThisThread(int ruleset, uint32_t flags)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(RESTRICT_SELF, ruleset, flags) == 0;
}

pid_t ThisThread()
{
    return static_cast<pid_t>(syscall(SYS_gettid));
}

bool Signal(pid_t thread, int number)
{
    return syscall(SYS_tgkill, getpid(), thread, number) == 0;
}

// Before version 8 Landlock binds only the thread that asks for it and those it starts. The others
// are made to ask by a signal, as the C library does for setuid(). A handler takes no arguments:
std::atomic<int> g_ruleset{-1};
//! The thread that has asked most recently, and its error.
std::atomic<int> g_error{0};
std::atomic<pid_t> g_answer{0};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<pid_t>::is_always_lock_free);

extern "C" void RestrictOnSignal(int, siginfo_t* info, void*)
{
    if (info->si_code != SI_TKILL || info->si_pid != getpid()) return;
    const int saved{errno};
    g_error = RestrictThisThread(g_ruleset, /*flags=*/0) ? 0 : errno;
    g_answer = ThisThread();
    errno = saved;
}

//! Makes all other threads restrict themselves.
class OtherThreads
{
public:
    //! Returns what went wrong, nothing if all are bound.
    std::string Restrict(int ruleset)
    {
        g_ruleset = ruleset;
        if (!InstallHandler()) return "no signal is free to bind other threads";
        size_t missed{0};
        std::set<pid_t> seen{ThisThread()};
        std::error_code error;
        // Until two looks around find nothing new: a thread may start others before it is bound,
        // and one that ends during a look may hide those behind it.
        for (int look{0}, quiet{0}; quiet < 2; ++look, ++quiet) {
            if (look == MOST_LOOKS) return "threads start too quickly to bind them all";
            for (const pid_t thread : AllThreads(error)) {
                if (!seen.insert(thread).second) continue;
                quiet = -1;
                if (!RestrictOne(thread)) ++missed;
            }
        }
        if (missed > 0) return "threads not bound: " + std::to_string(missed);
        sigaction(m_signal, &m_former, nullptr);
        return error ? "other threads are not bound: " + error.message() : "";
    }

private:
    static std::set<pid_t> AllThreads(std::error_code& error)
    {
        std::set<pid_t> threads;
        std::filesystem::directory_iterator entry{"/proc/self/task", error};
        while (!error && entry != std::filesystem::directory_iterator{}) {
            const std::string name{entry->path().filename().string()};
            pid_t thread{0};
            std::from_chars(name.data(), name.data() + name.size(), thread);
            threads.insert(thread);
            entry.increment(error);
        }
        return threads;
    }

    //! Takes a real-time signal that nobody uses.
    bool InstallHandler()
    {
        struct sigaction action{};
        action.sa_sigaction = RestrictOnSignal;
        action.sa_flags = SA_SIGINFO | SA_RESTART;
        sigfillset(&action.sa_mask);
        for (m_signal = SIGRTMAX; m_signal >= SIGRTMIN; --m_signal) {
            if (sigaction(m_signal, nullptr, &m_former) == 0 && m_former.sa_handler == SIG_DFL) {
                return sigaction(m_signal, &action, nullptr) == 0;
            }
        }
        return false;
    }

    [[nodiscard]] bool RestrictOne(pid_t thread) const
    {
        using Clock = std::chrono::steady_clock;
        g_answer = 0;
        if (!Signal(thread, m_signal)) return errno == ESRCH; // It has ended.
        const auto deadline{Clock::now() + std::chrono::seconds{1}};
        while (g_answer != thread) {
            if (!Signal(thread, 0)) return errno == ESRCH;
            if (Clock::now() > deadline) return false;
            std::this_thread::sleep_for(std::chrono::microseconds{50});
        }
        return g_error == 0;
    }

    static constexpr int MOST_LOOKS{100};

    int m_signal{0};
    struct sigaction m_former{};
};

//! Puts the rules in force, in this thread last: it may send no signals to the others then.
bool Enforce(Descriptor& ruleset, int abi, std::vector<std::string>& gaps)
{
    if (abi >= ABI_WITH_TSYNC) {
        if (RestrictThisThread(ruleset.get(), RESTRICT_SELF_TSYNC)) return true;
        gaps.push_back(ErrorNote("Landlock", errno));
        return false;
    }
    const std::string problem{OtherThreads{}.Restrict(ruleset.get())};
    if (!RestrictThisThread(ruleset.get(), /*flags=*/0)) {
        gaps.push_back(ErrorNote("Landlock", errno));
        return false;
    }
    if (!problem.empty()) {
        gaps.push_back("Landlock: " + problem);
        // A thread that blocks signals will be bound when it unblocks them: the handler has stayed.
        ruleset.release();
    }
    return true;
}
} // namespace

int LandlockAbi(std::vector<std::string>& gaps)
{
    const long abi{syscall(CREATE_RULESET, nullptr, 0, CREATE_RULESET_VERSION)};
    if (abi > 0) return static_cast<int>(abi);
    if (errno == ENOSYS) {
        gaps.emplace_back("Landlock: not in this kernel");
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
    Descriptor ruleset{
        static_cast<int>(syscall(CREATE_RULESET, &handled, sizeof(handled), /*flags=*/0))};
    if (ruleset.get() < 0) {
        result.gaps.push_back(ErrorNote("Landlock", errno));
        return;
    }
    AllowSystemFiles(ruleset.get(), handled.handled_files);
    AllowRequested(ruleset.get(), request.read_only, READ & handled.handled_files, result.notes);
    AllowRequested(ruleset.get(), request.read_write, READ_WRITE & handled.handled_files,
                   result.notes);
    if (Enforce(ruleset, abi, result.gaps)) result.landlock_abi = abi;
}
} // namespace mpbitcoin::sandbox
#endif // __linux__
