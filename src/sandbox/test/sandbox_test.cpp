// Each case runs in a forked child, because nothing restores the rights that it gives up.

#include <fcntl.h>
#include <sandbox/parts.h>
#include <sandbox/sandbox.h>
#include <sandbox/test/attempts.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <test/child.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace mpbitcoin::test {
namespace {
//! Whether this kernel supports a case's checks. Logs a warning otherwise.
bool Supported(bool supported, const char* what)
{
    if (!supported) KJ_LOG(WARNING, "not checked, for want of support in this kernel", what);
    return supported;
}

bool SupportsSeccomp()
{
    return Supported(HasSeccomp(), "seccomp filters");
}

int LandlockAbi()
{
    std::vector<std::string> gaps;
    return sandbox::LandlockAbi(gaps);
}

bool SupportsLandlock(int abi = 1)
{
    return Supported(LandlockAbi() >= abi, "Landlock") && SupportsSeccomp();
}

//! The exit status of a program, or the negative error that prevented its start.
int RunProgram(const char* path, std::vector<std::string> arguments)
{
    std::vector<char*> argv;
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t child{0};
    if (const int error{posix_spawn(&child, path, nullptr, nullptr, argv.data(), environ)}) {
        return -error;
    }
    int status{-1};
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

KJ_TEST("memory is closed")
{
    InChild([] {
        const auto result{ApplySandbox({})};
        KJ_EXPECT(result.dumpable_off);
        KJ_EXPECT(prctl(PR_GET_DUMPABLE) == 0);
        rlimit limit{1, 1};
        KJ_EXPECT(getrlimit(RLIMIT_CORE, &limit) == 0);
        KJ_EXPECT(limit.rlim_cur == 0);
        KJ_EXPECT(limit.rlim_max == 0);
    });
}

KJ_TEST("no new sockets")
{
    if (!SupportsSeccomp()) return;
    InChild([] {
        KJ_EXPECT(SocketError(AF_UNIX, SOCK_STREAM) == 0);
        KJ_EXPECT(SocketError(AF_INET, SOCK_STREAM) == 0);
        KJ_EXPECT(ApplySandbox({}).seccomp);
        for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK}) {
            KJ_EXPECT(SocketError(family, SOCK_STREAM) == EACCES);
            KJ_EXPECT(SocketError(family, SOCK_DGRAM) == EACCES);
            KJ_EXPECT(SocketError(family, SOCK_RAW | SOCK_CLOEXEC) == EACCES);
        }
        KJ_EXPECT(OldConventionSocketError() == EACCES);
        KJ_EXPECT(X32SocketError() == EACCES);
        KJ_EXPECT(RunProgram("/bin/sh", {"sh", "-c", "exit 0"}) == -EACCES);
    });
}

KJ_TEST("open sockets only talk")
{
    if (!SupportsSeccomp()) return;
    InChild([] {
        const Listener listener;
        int before{Connectable()};
        KJ_EXPECT(ConnectError(before, listener) == 0); // The test can connect until now.
        close(before);
        before = Connectable();
        int pair[2];
        KJ_EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
        int datagrams[2];
        KJ_EXPECT(socketpair(AF_UNIX, SOCK_DGRAM, 0, datagrams) == 0);
        KJ_EXPECT(ApplySandbox({}).seccomp);
        KJ_EXPECT(ConnectError(before, listener) == EACCES);
        KJ_EXPECT(BindError(before) == EACCES);
        KJ_EXPECT(Refused(listen(before, 1)));
        KJ_EXPECT(Refused(accept(listener.Descriptor(), nullptr, nullptr)));
        KJ_EXPECT(Refused(accept4(listener.Descriptor(), nullptr, nullptr, SOCK_CLOEXEC)));
        KJ_EXPECT(SendToError(datagrams[0]) == EACCES);
        KJ_EXPECT(send(datagrams[0], "x", 1, 0) == 1);
        KJ_EXPECT(Talks(pair));
#ifndef __NR_socketcall
        KJ_EXPECT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
        KJ_EXPECT(Talks(pair));
#endif
        KJ_EXPECT(Refused(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)));
        KJ_EXPECT(Refused(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)));
    });
}

KJ_TEST("no way around")
{
    if (!SupportsSeccomp()) return;
    InChild([] {
        KJ_EXPECT(ApplySandbox({}).seccomp);
        for (const auto& call : RefusedCalls()) {
            errno = 0;
            KJ_EXPECT(Refused(call.attempt()), call.name, errno);
        }
    });
}

KJ_TEST("no programs")
{
    if (!SupportsSeccomp()) return;
    InChild([] {
        KJ_EXPECT(RunProgram("/bin/sh", {"sh", "-c", "exit 7"}) == 7);
        KJ_EXPECT(ApplySandbox({}).seccomp);
        KJ_EXPECT(RunProgram("/bin/sh", {"sh", "-c", "exit 7"}) == -EACCES);
        KJ_EXPECT(std::system("exit 0") != 0);
        KJ_EXPECT(ExecFromMemoryError() == EACCES);
        const pid_t child{fork()};
        if (child == 0) _exit(SocketError(AF_INET, SOCK_STREAM) == EACCES ? 5 : 6);
        int status{0};
        KJ_EXPECT(waitpid(child, &status, 0) == child);
        KJ_EXPECT(WIFEXITED(status));
        KJ_EXPECT(WEXITSTATUS(status) == 5);
    });
}

KJ_TEST("programs run when asked for")
{
    const TemporaryFolders folders;
    InChild([&] {
        const auto result{ApplySandbox({.read_write = {folders.inside}, .allow_exec = true})};
        KJ_EXPECT(result.dumpable_off);
        KJ_EXPECT(!result.seccomp);
        KJ_EXPECT(result.landlock_abi == 0);
        KJ_EXPECT(result.notes.empty());
        KJ_EXPECT(result.gaps.size() == 1);
        KJ_EXPECT(prctl(PR_GET_DUMPABLE) == 0);
        KJ_EXPECT(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
        const std::string written{folders.outside / "by-a-program"};
        KJ_EXPECT(RunProgram("/bin/sh", {"sh", "-c", "echo > '" + written + "'"}) == 0);
        KJ_EXPECT(OpenError(written, O_RDONLY) == 0);
        KJ_EXPECT(SocketError(AF_INET, SOCK_STREAM) == 0);
    });
}

SandboxRequest RequestFor(const Folders& folders)
{
    return {.read_write = {folders.link_to_inside}, .read_only = {folders.readable}};
}

void ExpectLimitedFiles(const Folders& folders, int abi)
{
    SandboxResult result;
    KJ_EXPECT(OpenError(folders.outside / "file", O_RDWR) == 0);
    sandbox::LimitFiles(RequestFor(folders), abi, result);
    KJ_EXPECT(result.landlock_abi == abi);
    KJ_EXPECT(result.gaps.empty());
    KJ_EXPECT(result.notes.empty());
    TryInside(folders.inside, /*can_move=*/abi >= 2);
    TryReadable(folders.readable);
    TryOutside(folders, /*can_truncate=*/abi < 3);
    TrySystemFiles();
}

KJ_TEST("files are limited by each version of Landlock")
{
    if (!SupportsLandlock()) return;
    const TemporaryFolders folders;
    for (int version{1}; version <= LandlockAbi(); ++version) {
        InChild([&] { ExpectLimitedFiles(folders, version); });
    }
}

KJ_TEST("the whole sandbox")
{
    if (!SupportsLandlock()) return;
    const TemporaryFolders folders;
    InChild([&] {
        const auto result{ApplySandbox(RequestFor(folders))};
        KJ_EXPECT(result.landlock_abi > 0);
        KJ_EXPECT(result.seccomp);
        KJ_EXPECT(result.dumpable_off);
        KJ_EXPECT(Missing(result).empty());
        KJ_EXPECT(result.notes.empty());
        TryInside(folders.inside, /*can_move=*/result.landlock_abi >= 2);
        TryReadable(folders.readable);
        TryOutside(folders, /*can_truncate=*/false);
        TrySystemFiles();
        TryOneself(folders.inside / "file");
        KJ_EXPECT(Refused(chmod((folders.outside / "file").c_str(), 0777)));
        KJ_EXPECT(Refused(chown((folders.outside / "file").c_str(), getuid(), getgid())));
    });
}

KJ_TEST("threads that start later are confined")
{
    if (!SupportsLandlock()) return;
    const TemporaryFolders folders;
    InChild([&] {
        KJ_EXPECT(Missing(ApplySandbox(RequestFor(folders))).empty());
        std::thread{[&] {
            KJ_EXPECT(SocketError(AF_INET, SOCK_STREAM) == EACCES);
            KJ_EXPECT(OpenError(folders.outside / "file", O_RDONLY) == EACCES);
        }}.join();
    });
}

KJ_TEST("a thread that runs already is reported")
{
    if (!SupportsLandlock()) return;
    InChild([] {
        std::promise<void> confined;
        std::thread other{[&] { confined.get_future().wait(); }};
        KJ_EXPECT(Missing(ApplySandbox({})) == "already running and not confined: 1 thread(s)");
        confined.set_value();
        other.join();
    });
}

KJ_TEST("signals stay inside")
{
    if (!SupportsLandlock(6)) return;
    InChild([] {
        KJ_EXPECT(kill(getppid(), 0) == 0);
        KJ_EXPECT(ApplySandbox({}).landlock_abi >= 6);
        KJ_EXPECT(kill(getppid(), 0) == -1);
        KJ_EXPECT(kill(getpid(), 0) == 0);
        static volatile sig_atomic_t caught{0};
        std::signal(SIGUSR1, [](int) { caught = 1; });
        KJ_EXPECT(raise(SIGUSR1) == 0);
        KJ_EXPECT(caught == 1);
    });
}

KJ_TEST("an old kernel is no error")
{
    if (!SupportsSeccomp()) return;
    const TemporaryFolders folders;
    InChild([&] {
        MakeKernelOld();
        const auto result{ApplySandbox(RequestFor(folders))};
        KJ_EXPECT(result.dumpable_off);
        KJ_EXPECT(result.landlock_abi == 0);
        KJ_EXPECT(!result.seccomp);
        KJ_EXPECT(result.gaps.size() == 2);
        KJ_EXPECT(result.gaps.at(0) == "Landlock: not supported by this kernel");
        KJ_EXPECT(result.gaps.at(1).starts_with("seccomp: "));
        KJ_EXPECT(OpenError(folders.outside / "file", O_RDWR) == 0);
    });
}

KJ_TEST("a missing folder is noted")
{
    if (!SupportsLandlock()) return;
    const TemporaryFolders folders;
    InChild([&] {
        const auto missing{folders.inside / "missing"};
        const auto result{ApplySandbox({.read_write = {missing, folders.inside}})};
        KJ_EXPECT(result.landlock_abi > 0);
        KJ_EXPECT(result.gaps.empty());
        KJ_EXPECT(result.notes.size() == 1);
        KJ_EXPECT(result.notes.at(0).starts_with("closed although needed: " + missing.string()));
        TryInside(folders.inside, /*can_move=*/result.landlock_abi >= 2);
    });
}

KJ_TEST("temporary files have a place")
{
    if (!SupportsLandlock()) return;
    const TemporaryFolders folders;
    InChild([&] {
        unsetenv("SQLITE_TMPDIR");
        KJ_EXPECT(ApplySandbox({.temporary = folders.readable}).notes.empty());
        const std::filesystem::path place{std::getenv("SQLITE_TMPDIR")};
        KJ_EXPECT(place == folders.readable);
        KJ_EXPECT(OpenError(place / "temporary", O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR) == 0);
        KJ_EXPECT(OpenError(folders.inside / "file", O_RDONLY) == EACCES);
    });
}

KJ_TEST("the user's temporary folder stays")
{
    if (!SupportsLandlock()) return;
    const TemporaryFolders folders;
    InChild([&] {
        setenv("SQLITE_TMPDIR", folders.outside.c_str(), 1);
        KJ_EXPECT(ApplySandbox({.temporary = folders.inside}).notes.empty());
        KJ_EXPECT(std::getenv("SQLITE_TMPDIR") == folders.outside);
        KJ_EXPECT(OpenError(folders.outside / "file", O_RDWR) == 0);
        KJ_EXPECT(OpenError(folders.inside / "file", O_RDWR) == EACCES);
    });
}

KJ_TEST("results are described")
{
    KJ_EXPECT(Describe({}) == "Sandbox: none");
    SandboxResult result;
    result.gaps = {"a: b", "c"};
    result.notes = {"d"};
    KJ_EXPECT(Describe(result) == "Sandbox: none. Missing: a: b; c. Note: d");
    KJ_EXPECT(Missing(result) == "a: b; c");
    result = {.dumpable_off = true, .landlock_abi = 7, .seccomp = true, .gaps = {}, .notes = {}};
    KJ_EXPECT(Missing(result).empty());
    KJ_EXPECT(Describe(result) == "Sandbox: memory closed to debuggers and core dumps, "
                                  "no network, no other programs (seccomp), "
                                  "no files but its own (Landlock ABI 7)");
}
} // namespace
} // namespace mpbitcoin::test
