// Each claim is tried out in a forked child, since what it gives up does not come back. Exit status
// 77 says that all passed that this kernel can do, and that it cannot do all.
#include <executables/wallet/sandbox.h>
#include <executables/wallet/sandbox_linux.h>
#include <executables/wallet/test/sandbox_attempts.h>
#include <executables/wallet/test/sandbox_waiter.h>
#include <fcntl.h>
#include <ipc/test/check.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

using namespace mpbitcoin;
using namespace mpbitcoin::test;

namespace {
bool g_failed{false};
bool g_skipped{false};

void Skip(const std::string& what, const std::string& reason)
{
    std::printf("SKIP %s: %s\n", what.c_str(), reason.c_str());
    g_skipped = true;
}

void InChild(const std::string& name, const std::function<void()>& body)
{
    std::fflush(nullptr);
    const pid_t child{fork()};
    if (child == 0) {
        body();
        std::fflush(nullptr);
        _exit(g_failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS);
    }
    int status{-1};
    waitpid(child, &status, 0);
    std::printf("%s %s\n", status == 0 ? "ok  " : "FAIL", name.c_str());
    if (status != 0) g_failed = true;
}

//! The exit status of a program, or the error that kept it from starting, negative.
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

void MemoryIsClosed()
{
    const auto result{ApplySandbox({})};
    CHECK(result.dumpable_off);
    CHECK(prctl(PR_GET_DUMPABLE) == 0);
    rlimit limit{1, 1};
    CHECK(getrlimit(RLIMIT_CORE, &limit) == 0);
    CHECK(limit.rlim_cur == 0 && limit.rlim_max == 0);
}

void NoNewSockets()
{
    CHECK(SocketError(AF_UNIX, SOCK_STREAM) == 0);
    CHECK(SocketError(AF_INET, SOCK_STREAM) == 0);
    CHECK(ApplySandbox({}).seccomp);
    for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK}) {
        CHECK(SocketError(family, SOCK_STREAM) == EACCES);
        CHECK(SocketError(family, SOCK_DGRAM) == EACCES);
        CHECK(SocketError(family, SOCK_RAW | SOCK_CLOEXEC) == EACCES);
    }
    CHECK(OldConventionSocketError() == EACCES);
    CHECK(X32SocketError() == EACCES);
    CHECK(RunProgram("/bin/sh", {"sh", "-c", "exit 0"}) == -EACCES);
}

void OldSocketsOnlyTalk()
{
    const Listener listener;
    int before{Connectable()};
    CHECK(ConnectError(before, listener) == 0); // The test can connect, so far.
    close(before);
    before = Connectable();
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    int datagrams[2];
    CHECK(socketpair(AF_UNIX, SOCK_DGRAM, 0, datagrams) == 0);
    CHECK(ApplySandbox({}).seccomp);
    CHECK(ConnectError(before, listener) == EACCES);
    CHECK(BindError(before) == EACCES);
    CHECK(Refused(listen(before, 1)));
    CHECK(Refused(accept(listener.Descriptor(), nullptr, nullptr)));
    CHECK(Refused(accept4(listener.Descriptor(), nullptr, nullptr, SOCK_CLOEXEC)));
    CHECK(SendToError(datagrams[0]) == EACCES);
    CHECK(send(datagrams[0], "x", 1, 0) == 1);
    CHECK(Talks(pair));
#ifndef __NR_socketcall
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    CHECK(Talks(pair));
#endif
    CHECK(Refused(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair)));
    CHECK(Refused(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair)));
}

void NoWayAround()
{
    CHECK(ApplySandbox({}).seccomp);
    for (const auto& call : RefusedCalls()) {
        errno = 0;
        if (!Refused(call.attempt())) {
            std::printf("  %s: %s\n", call.name, std::generic_category().message(errno).c_str());
            CHECK(!"refused");
        }
    }
}

void NoPrograms()
{
    CHECK(RunProgram("/bin/sh", {"sh", "-c", "exit 7"}) == 7);
    CHECK(ApplySandbox({}).seccomp);
    CHECK(RunProgram("/bin/sh", {"sh", "-c", "exit 7"}) == -EACCES);
    CHECK(std::system("exit 0") != 0);
    CHECK(ExecFromMemoryError() == EACCES);
    const pid_t child{fork()};
    if (child == 0) _exit(SocketError(AF_INET, SOCK_STREAM) == EACCES ? 5 : 6);
    int status{0};
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
}

void ProgramsWhenAsked(const Folders& folders)
{
    const auto result{ApplySandbox({.read_write = {folders.inside}, .allow_exec = true})};
    CHECK(result.dumpable_off && !result.seccomp && result.landlock_abi == 0);
    CHECK(result.notes.empty());
    CHECK(result.gaps.size() == 1);
    CHECK(prctl(PR_GET_DUMPABLE) == 0);
    CHECK(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
    const std::string written{folders.outside / "by-a-program"};
    CHECK(RunProgram("/bin/sh", {"sh", "-c", "echo > '" + written + "'"}) == 0);
    CHECK(OpenError(written, O_RDONLY) == 0);
    CHECK(SocketError(AF_INET, SOCK_STREAM) == 0);
}

SandboxRequest RequestFor(const Folders& folders)
{
    return {.read_write = {folders.link_to_inside}, .read_only = {folders.readable}};
}

void FilesAreLimited(const Folders& folders, int abi)
{
    SandboxResult result;
    CHECK(OpenError(folders.outside / "file", O_RDWR) == 0);
    sandbox::LimitFiles(RequestFor(folders), abi, result);
    CHECK(result.landlock_abi == abi);
    CHECK(result.gaps.empty() && result.notes.empty());
    TryInside(folders.inside, /*can_move=*/abi >= 2);
    TryReadable(folders.readable);
    TryOutside(folders, /*can_truncate=*/abi < 3);
    TrySystemFiles();
}

void WholeSandbox(const Folders& folders)
{
    const auto result{ApplySandbox(RequestFor(folders))};
    CHECK(result.landlock_abi > 0 && result.seccomp && result.dumpable_off);
    CHECK(Missing(result).empty() && result.notes.empty());
    TryInside(folders.inside, /*can_move=*/result.landlock_abi >= 2);
    TryReadable(folders.readable);
    TryOutside(folders, /*can_truncate=*/false);
    TrySystemFiles();
    TryOneself(folders.inside / "file");
    CHECK(Refused(chmod((folders.outside / "file").c_str(), 0777)));
    CHECK(Refused(chown((folders.outside / "file").c_str(), getuid(), getgid())));
    std::puts(("  " + Describe(result)).c_str());
}

void ThreadsAreBound(const Folders& folders, bool files)
{
    Waiter reading{Waiter::How::READ, folders};
    Waiter polling{Waiter::How::POLL, folders};
    Waiter locked{Waiter::How::LOCK, folders};
    const auto result{ApplySandbox(RequestFor(folders))};
    CHECK(result.seccomp);
    CHECK(!files || result.gaps.empty());
    Waiter later{Waiter::How::READ, folders};
    for (Waiter* waiter : {&reading, &polling, &locked, &later}) {
        waiter->Finish();
        CHECK(waiter->socket_error == EACCES);
        CHECK(!files || waiter->open_error == EACCES);
    }
}

//! Threads that are started while the others are being bound do not slip through.
void NewbornThreadsAreBound(const Folders& folders)
{
    std::atomic<bool> go{false};
    std::atomic<bool> confined{false};
    std::atomic<int> escaped{0};
    const auto wait_and_try{[&] {
        while (!confined)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        if (OpenError(folders.outside / "file", O_RDONLY) != EACCES) ++escaped;
    }};
    std::vector<std::thread> threads;
    for (int i{0}; i < 30; ++i)
        threads.emplace_back(wait_and_try); // These keep it busy.
    for (int i{0}; i < 2; ++i) {
        threads.emplace_back([&] {
            while (!go)
                std::this_thread::yield();
            std::vector<std::thread> children;
            for (int child{0}; child < 100; ++child)
                children.emplace_back(wait_and_try);
            for (auto& child : children)
                child.join();
        });
    }
    go = true;
    const auto result{ApplySandbox(RequestFor(folders))};
    confined = true;
    for (auto& thread : threads)
        thread.join();
    CHECK(result.gaps.empty());
    CHECK(escaped == 0);
}

void DeafThreadIsReported(const Folders& folders)
{
    Waiter deaf{Waiter::How::DEAF, folders};
    const auto result{ApplySandbox(RequestFor(folders))};
    CHECK(result.seccomp && result.landlock_abi > 0);
    if (result.landlock_abi < 8) {
        CHECK(Missing(result) == "Landlock: threads not bound: 1");
    }
    CHECK(OpenError(folders.outside / "file", O_RDONLY) == EACCES);
    deaf.Finish(); // It listens again, and is bound.
    CHECK(deaf.socket_error == EACCES);
    CHECK(deaf.open_error == EACCES);
}

void SignalsStayInside()
{
    CHECK(kill(getppid(), 0) == 0);
    CHECK(ApplySandbox({}).landlock_abi >= 6);
    CHECK(kill(getppid(), 0) == -1);
    CHECK(kill(getpid(), 0) == 0);
    static volatile sig_atomic_t caught{0};
    std::signal(SIGUSR1, [](int) { caught = 1; });
    CHECK(raise(SIGUSR1) == 0);
    CHECK(caught == 1);
}

void OldKernelIsNoError(const Folders& folders)
{
    MakeKernelOld();
    const auto result{ApplySandbox(RequestFor(folders))};
    CHECK(result.dumpable_off && result.landlock_abi == 0 && !result.seccomp);
    CHECK(result.gaps.size() == 2);
    CHECK(result.gaps.at(0) == "Landlock: not in this kernel");
    CHECK(result.gaps.at(1).starts_with("seccomp: "));
    CHECK(OpenError(folders.outside / "file", O_RDWR) == 0);
}

void MissingFolderIsNoted(const Folders& folders)
{
    const auto missing{folders.inside / "missing"};
    const auto result{ApplySandbox({.read_write = {missing, folders.inside}})};
    CHECK(result.landlock_abi > 0 && result.gaps.empty());
    CHECK(result.notes.size() == 1);
    CHECK(result.notes.at(0).starts_with("closed although needed: " + missing.string()));
    TryInside(folders.inside, /*can_move=*/result.landlock_abi >= 2);
}

void TemporaryFilesHaveAPlace(const Folders& folders)
{
    ReserveTemporaryFolder();
    const std::filesystem::path place{std::getenv("SQLITE_TMPDIR")};
    CHECK(!std::filesystem::is_directory(place));
    CHECK(ApplySandbox({.temporary = folders.readable}).notes.empty());
    CHECK(OpenError(place / "temporary", O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR) == 0);
    CHECK(std::filesystem::remove(folders.readable / "temporary"));
    CHECK(OpenError(folders.inside / "file", O_RDONLY) == EACCES);
}

void UsersTemporaryFolderStays(const Folders& folders)
{
    setenv("SQLITE_TMPDIR", folders.outside.c_str(), 1);
    ReserveTemporaryFolder();
    CHECK(std::getenv("SQLITE_TMPDIR") == folders.outside);
    CHECK(ApplySandbox({.temporary = folders.inside}).notes.empty());
    CHECK(OpenError(folders.outside / "file", O_RDWR) == 0);
    CHECK(OpenError(folders.inside / "file", O_RDWR) == EACCES);
}

void ResultsAreDescribed()
{
    CHECK(Describe({}) == "Sandbox: none");
    SandboxResult result;
    result.gaps = {"a: b", "c"};
    result.notes = {"d"};
    CHECK(Describe(result) == "Sandbox: none. Missing: a: b; c. Note: d");
    CHECK(Missing(result) == "a: b; c");
    result = {.dumpable_off = true, .landlock_abi = 7, .seccomp = true, .gaps = {}, .notes = {}};
    CHECK(Missing(result).empty());
    CHECK(Describe(result) == "Sandbox: memory closed to debuggers and core dumps, "
                              "no network, no other programs (seccomp), "
                              "no files but its own (Landlock ABI 7)");
}
} // namespace

int main()
{
    unsetenv("SQLITE_TMPDIR");
    const TemporaryFolders folders;
    InChild("results are described", ResultsAreDescribed);
    InChild("memory is closed", MemoryIsClosed);
    InChild("programs run when asked for", [&] { ProgramsWhenAsked(folders); });
    if (HasSeccomp()) {
        InChild("no new sockets", NoNewSockets);
        InChild("open sockets only talk", OldSocketsOnlyTalk);
        InChild("no way around", NoWayAround);
        InChild("no programs", NoPrograms);
        InChild("threads are bound", [&] { ThreadsAreBound(folders, /*files=*/false); });
        InChild("an old kernel is no error", [&] { OldKernelIsNoError(folders); });
    } else {
        Skip("system calls", "this kernel has no seccomp filters");
    }
    std::vector<std::string> gaps;
    const int abi{sandbox::LandlockAbi(gaps)};
    for (int version{1}; version <= abi; ++version) {
        InChild("files are limited, Landlock ABI " + std::to_string(version),
                [&] { FilesAreLimited(folders, version); });
    }
    if (abi > 0 && HasSeccomp()) {
        InChild("the whole sandbox", [&] { WholeSandbox(folders); });
        InChild("threads are bound to files", [&] { ThreadsAreBound(folders, /*files=*/true); });
        InChild("newborn threads are bound", [&] { NewbornThreadsAreBound(folders); });
        InChild("a deaf thread is reported", [&] { DeafThreadIsReported(folders); });
        InChild("temporary files have a place", [&] { TemporaryFilesHaveAPlace(folders); });
        InChild("the user's temporary folder stays", [&] { UsersTemporaryFolderStays(folders); });
        InChild("a missing folder is noted", [&] { MissingFolderIsNoted(folders); });
    } else {
        Skip("files", gaps.empty() ? "this kernel has no seccomp filters" : gaps.front());
    }
    if (abi >= 6) {
        InChild("signals stay inside", SignalsStayInside);
    } else {
        Skip("signals",
             "Landlock limits them from ABI 6 on, this kernel has " + std::to_string(abi));
    }
    if (g_failed) return 1;
    return g_skipped ? 77 : 0;
}
