#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sandbox/test/attempts.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <kj/test.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

namespace mpbitcoin::test {
namespace fs = std::filesystem;

namespace {
int ErrorOf(long result)
{
    return result == -1 ? errno : 0;
}

template <typename Address>
const sockaddr* Generic(const Address& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}
} // namespace

TemporaryFolders::TemporaryFolders()
{
    std::string name{fs::canonical(fs::temp_directory_path()) / "sandbox-XXXXXX"};
    if (!mkdtemp(name.data())) throw std::runtime_error{"no temporary folder"};
    m_root = name;
    inside = m_root / "inside";
    link_to_inside = m_root / "link";
    readable = m_root / "readable";
    outside = m_root / "outside";
    for (const auto& folder : {inside, readable, outside}) {
        fs::create_directory(folder);
        std::ofstream{folder / "file"} << "text";
    }
    fs::create_directory_symlink(inside, link_to_inside);
    fs::create_symlink(outside / "file", inside / "link-out");
}

TemporaryFolders::~TemporaryFolders()
{
    std::error_code ignored;
    fs::remove_all(m_root, ignored);
}

bool HasSeccomp()
{
    const uint32_t action{SECCOMP_RET_ERRNO};
    return syscall(__NR_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

void MakeKernelOld()
{
    constexpr uint32_t landlock_create_ruleset{444};
    sock_filter code[]{
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, landlock_create_ruleset},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS},
        {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, __NR_seccomp},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | ENOSYS},
        {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
    };
    const sock_fprog program{std::size(code), code};
    KJ_EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    KJ_EXPECT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

int OpenError(const fs::path& path, int flags)
{
    const int descriptor{open(path.c_str(), flags | O_CLOEXEC, 0600)};
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}

int SocketError(int family, int type)
{
    const int descriptor{socket(family, type, 0)};
    if (descriptor < 0) return errno;
    close(descriptor);
    return 0;
}

int OldConventionSocketError()
{
#ifdef __x86_64__
    constexpr long socket_of_i386{359};
    long result{socket_of_i386};
    asm volatile("int $0x80"
                 : "+a"(result)
                 : "b"(AF_INET), "c"(SOCK_STREAM), "d"(0)
                 : "memory", "r8", "r9", "r10", "r11");
    return result < 0 ? static_cast<int>(-result) : 0;
#else
    return EACCES;
#endif
}

int X32SocketError()
{
#ifdef __x86_64__
    constexpr long x32_bit{0x40000000};
    return ErrorOf(syscall(x32_bit | __NR_socket, AF_INET, SOCK_STREAM, 0));
#else
    return EACCES;
#endif
}

int ExecFromMemoryError()
{
    const int program{memfd_create("program", MFD_CLOEXEC)};
    KJ_EXPECT(program >= 0);
    KJ_EXPECT(write(program, "#!/bin/sh\n", 10) == 10);
    char empty[]{""};
    char* const none[]{nullptr};
    return ErrorOf(syscall(__NR_execveat, program, empty, none, none, AT_EMPTY_PATH));
}

Listener::Listener() : m_descriptor{Connectable()}
{
    m_address.sin_family = AF_INET;
    m_address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size{sizeof(m_address)};
    KJ_EXPECT(bind(m_descriptor, Generic(m_address), size) == 0);
    KJ_EXPECT(getsockname(m_descriptor, reinterpret_cast<sockaddr*>(&m_address), &size) == 0);
    KJ_EXPECT(listen(m_descriptor, 4) == 0);
}

Listener::~Listener()
{
    close(m_descriptor);
}

int Connectable()
{
    const int descriptor{socket(AF_INET, SOCK_STREAM, 0)};
    KJ_EXPECT(descriptor >= 0);
    return descriptor;
}

int ConnectError(int descriptor, const Listener& listener)
{
    const auto& address{listener.Address()};
    return ErrorOf(connect(descriptor, Generic(address), sizeof(address)));
}

int BindError(int descriptor)
{
    sockaddr_in any{};
    any.sin_family = AF_INET;
    return ErrorOf(bind(descriptor, Generic(any), sizeof(any)));
}

int SendToError(int descriptor)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, "/dev/log");
    return ErrorOf(sendto(descriptor, "x", 1, 0, Generic(address), sizeof(address)));
}

bool Talks(const int (&pair)[2])
{
    char byte{'x'};
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    return write(pair[0], &byte, 1) == 1 && read(pair[1], &byte, 1) == 1 &&
           writev(pair[1], &part, 1) == 1 && recv(pair[0], &byte, 1, 0) == 1 &&
           sendmsg(pair[0], &message, MSG_NOSIGNAL) == 1 && recvmsg(pair[1], &message, 0) == 1 &&
           byte == 'x';
}

void TryOneself(const fs::path& file)
{
    cpu_set_t processors;
    KJ_EXPECT(kill(getpid(), 0) == 0);
    KJ_EXPECT(raise(0) == 0);
    rlimit limit{};
    KJ_EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    KJ_EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    KJ_EXPECT(prlimit(getpid(), RLIMIT_NOFILE, &limit, nullptr) == 0);
    KJ_EXPECT(sched_getaffinity(0, sizeof(processors), &processors) == 0);
    KJ_EXPECT(sched_setaffinity(0, sizeof(processors), &processors) == 0);
    KJ_EXPECT(setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0)) == 0);
    const int opened{open(file.c_str(), O_RDWR | O_CLOEXEC)};
    KJ_EXPECT(futimens(opened, nullptr) == 0);
    close(opened);
}

void TryInside(const fs::path& folder, bool can_move)
{
    const auto file{folder / "new"};
    KJ_EXPECT(OpenError(folder / "file", O_RDWR) == 0);
    KJ_EXPECT(OpenError(folder, O_RDONLY | O_DIRECTORY) == 0);
    KJ_EXPECT(OpenError(file, O_CREAT | O_EXCL | O_RDWR) == 0);
    KJ_EXPECT(OpenError(file, O_WRONLY | O_TRUNC) == 0);
    KJ_EXPECT(rename(file.c_str(), (folder / "other").c_str()) == 0);
    KJ_EXPECT(mkdir((folder / "sub").c_str(), 0700) == 0);
    const auto moved{folder / "sub" / "moved"};
    const long result{rename((folder / "other").c_str(), moved.c_str())};
    KJ_EXPECT(can_move ? result == 0 : ErrorOf(result) == EXDEV);
    KJ_EXPECT(unlink(can_move ? moved.c_str() : (folder / "other").c_str()) == 0);
    KJ_EXPECT(rmdir((folder / "sub").c_str()) == 0);
    // SQLite's operations on an open database: lock, map, set the mode, truncate, flush.
    const int database{open((folder / "file").c_str(), O_RDWR | O_CLOEXEC)};
    struct flock lock{};
    lock.l_type = F_WRLCK;
    KJ_EXPECT(fcntl(database, F_SETLK, &lock) == 0);
    KJ_EXPECT(mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, database, 0) != MAP_FAILED);
    KJ_EXPECT(fchmod(database, 0600) == 0);
    KJ_EXPECT(ftruncate(database, 4) == 0);
    KJ_EXPECT(fdatasync(database) == 0);
    close(database);
}

void TryReadable(const fs::path& folder)
{
    KJ_EXPECT(OpenError(folder / "file", O_RDONLY) == 0);
    KJ_EXPECT(OpenError(folder, O_RDONLY | O_DIRECTORY) == 0);
    KJ_EXPECT(OpenError(folder / "file", O_RDWR) == EACCES);
    KJ_EXPECT(OpenError(folder / "new", O_CREAT | O_WRONLY) == EACCES);
    KJ_EXPECT(Refused(unlink((folder / "file").c_str())));
}

void TryOutside(const Folders& folders, bool can_truncate)
{
    const auto file{folders.outside / "file"};
    KJ_EXPECT(OpenError(file, O_RDONLY) == EACCES);
    KJ_EXPECT(OpenError(file, O_WRONLY) == EACCES);
    KJ_EXPECT(OpenError(folders.inside / "link-out", O_RDONLY) == EACCES);
    KJ_EXPECT(OpenError(folders.outside, O_RDONLY | O_DIRECTORY) == EACCES);
    KJ_EXPECT(OpenError(folders.outside / "new", O_CREAT | O_WRONLY) == EACCES);
    KJ_EXPECT(OpenError("/etc/passwd", O_RDONLY) == EACCES);
    // Root has this right anyway.
    if (geteuid() != 0) {
        KJ_EXPECT(OpenError("/proc/" + std::to_string(getppid()) + "/environ", O_RDONLY) != 0);
    }
    KJ_EXPECT(Refused(unlink(file.c_str())));
    KJ_EXPECT(Refused(mkdir((folders.outside / "sub").c_str(), 0700)));
    KJ_EXPECT(rename(file.c_str(), (folders.inside / "taken").c_str()) == -1);
    KJ_EXPECT(link(file.c_str(), (folders.inside / "taken").c_str()) == -1);
    KJ_EXPECT(Refused(symlink(file.c_str(), (folders.inside / "link").c_str())));
    KJ_EXPECT(Refused(mknod((folders.inside / "pipe").c_str(), S_IFIFO | 0600, 0)));
    const long result{truncate(file.c_str(), 4)};
    KJ_EXPECT(can_truncate ? result == 0 : Refused(result));
    KJ_EXPECT(fs::exists(file)); // Checking existence is allowed.
}

void TrySystemFiles()
{
    KJ_EXPECT(OpenError("/dev/null", O_RDWR) == 0);
    KJ_EXPECT(OpenError("/dev/null", O_WRONLY | O_TRUNC) == 0);
    KJ_EXPECT(OpenError("/dev/urandom", O_RDONLY) == 0);
    KJ_EXPECT(OpenError("/proc/self/status", O_RDONLY) == 0);
    KJ_EXPECT(OpenError("/proc/self/task", O_RDONLY | O_DIRECTORY) == 0);
    KJ_EXPECT(OpenError("/proc/stat", O_RDONLY) == 0);
    for (const char* path : {"/etc/localtime", "/etc/ld.so.cache", "/usr/share/zoneinfo/Etc/UTC"}) {
        if (fs::exists(path)) {
            KJ_EXPECT(OpenError(path, O_RDONLY) == 0);
        }
    }
}
} // namespace mpbitcoin::test
