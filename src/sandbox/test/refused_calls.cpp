#include <fcntl.h>
#include <sandbox/test/attempts.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <kj/test.h>

namespace mpbitcoin::test {
namespace {
//! The processors and priority of this process: setting them changes nothing.
const cpu_set_t& OwnProcessors()
{
    static cpu_set_t processors;
    KJ_EXPECT(sched_getaffinity(0, sizeof(processors), &processors) == 0);
    return processors;
}
const sched_param& NoPriority()
{
    static const sched_param priority{};
    return priority;
}
} // namespace

std::vector<Call> RefusedCalls()
{
    static char byte{0};
    static char path[]{"/"};
    static iovec part{&byte, 1};
    static f_owner_ex owner{F_OWNER_PID, getppid()};
    static int parent{getppid()};
    constexpr int none{-1};
    const auto nothing{static_cast<void*>(nullptr)};
    return {
        {"io_uring_setup", [=] { return syscall(425, 1, nothing); }},
        {"io_uring_enter", [=] { return syscall(426, none, 0, 0, 0, nothing, 0); }},
        {"io_uring_register", [=] { return syscall(427, none, 0, nothing, 0); }},
        {"ptrace", [=] { return ptrace(PTRACE_PEEKDATA, getppid(), nothing, nothing); }},
        {"process_vm_readv", [] { return process_vm_readv(getppid(), &part, 1, &part, 1, 0); }},
        {"process_vm_writev", [] { return process_vm_writev(getppid(), &part, 1, &part, 1, 0); }},
        {"process_madvise", [=] { return syscall(440, none, &part, 1, MADV_COLD, 0); }},
        {"pidfd_getfd", [=] { return syscall(438, none, 0, 0); }},
        {"kcmp", [] { return syscall(__NR_kcmp, getppid(), getpid(), 1, 0, 0); }},
        {"perf_event_open",
         [=] { return syscall(__NR_perf_event_open, nothing, 0, none, none, 0); }},
        {"bpf", [=] { return syscall(__NR_bpf, none, nothing, 0); }},
        {"userfaultfd", [=] { return syscall(__NR_userfaultfd, none); }},
        {"keyctl", [=] { return syscall(__NR_keyctl, none, 0, 0, 0, 0); }},
        {"add_key", [=] { return syscall(__NR_add_key, nothing, nothing, nothing, 0, 0); }},
        {"request_key", [=] { return syscall(__NR_request_key, nothing, nothing, nothing, 0); }},
        {"kexec_load", [=] { return syscall(__NR_kexec_load, 0, 1000, nothing, 0); }},
        {"init_module", [=] { return syscall(__NR_init_module, nothing, 0, nothing); }},
        {"finit_module", [=] { return syscall(__NR_finit_module, none, nothing, 0); }},
        {"delete_module", [=] { return syscall(__NR_delete_module, nothing, 0); }},
        {"reboot", [] { return syscall(__NR_reboot, 0, 0, 0, 0); }},
        {"swapon", [=] { return syscall(__NR_swapon, nothing, 0); }},
        {"swapoff", [=] { return syscall(__NR_swapoff, nothing); }},
        {"mount", [=] { return mount(nullptr, nullptr, nullptr, 0, nothing); }},
        {"umount2", [] { return umount2("/no-such-folder", 0); }},
        {"pivot_root", [=] { return syscall(__NR_pivot_root, nothing, nothing); }},
        {"chroot", [] { return chroot(path); }},
        {"unshare", [] { return unshare(0); }},
        {"setns", [=] { return setns(none, 0); }},
        {"clone into namespaces", [] { return syscall(__NR_clone, CLONE_NEWUSER, 0, 0, 0, 0); }},
        {"open_tree", [=] { return syscall(428, none, nothing, 0); }},
        {"move_mount", [=] { return syscall(429, none, nothing, none, nothing, 0); }},
        {"fsopen", [=] { return syscall(430, nothing, 0); }},
        {"mount_setattr", [=] { return syscall(442, none, nothing, 0, nothing, 0); }},
        {"pidfd_send_signal", [=] { return syscall(424, none, 0, nothing, 0); }},
        {"process_mrelease", [=] { return syscall(448, none, 0); }},
        {"migrate_pages",
         [=] { return syscall(__NR_migrate_pages, getppid(), 0, nothing, nothing); }},
        {"move_pages",
         [=] { return syscall(__NR_move_pages, getppid(), 0, nothing, nothing, nothing, 0); }},
        {"kill", [] { return kill(getppid(), 0); }},
        {"kill the group", [] { return kill(0, 0); }},
        {"kill all", [] { return kill(-1, 0); }},
        {"tgkill", [] { return syscall(__NR_tgkill, getppid(), getppid(), 0); }},
        {"rt_sigqueueinfo", [] { return sigqueue(getppid(), 0, {}); }},
        {"prlimit64 of another", [] { return prlimit(getppid(), RLIMIT_CORE, nullptr, nullptr); }},
        {"sched_setaffinity of another",
         [] { return sched_setaffinity(getppid(), sizeof(cpu_set_t), &OwnProcessors()); }},
        {"sched_setscheduler of another",
         [] { return sched_setscheduler(getppid(), SCHED_OTHER, &NoPriority()); }},
        {"sched_setparam of another", [] { return sched_setparam(getppid(), &NoPriority()); }},
        {"sched_setattr of another",
         [=] { return syscall(__NR_sched_setattr, getppid(), nothing, 0); }},
        {"setpriority of another",
         [] { return setpriority(PRIO_PROCESS, static_cast<id_t>(getppid()), 0); }},
        {"setpriority of the user", [] { return setpriority(PRIO_USER, 12345, 0); }},
        {"ioprio_set of another", [] { return syscall(__NR_ioprio_set, 1, getppid(), 0); }},
        {"shmget", [] { return shmget(IPC_PRIVATE, 1, 0600); }},
        {"shmat", [] { return syscall(__NR_shmat, none, 0, 0); }},
        {"shmctl", [] { return shmctl(none, IPC_RMID, nullptr); }},
        {"semget", [] { return semget(IPC_PRIVATE, 1, 0600); }},
        {"semctl", [] { return semctl(none, 0, IPC_RMID); }},
        {"semop", [] { return semop(none, nullptr, 1); }},
        {"msgget", [] { return msgget(IPC_PRIVATE, 0600); }},
        {"msgctl", [] { return msgctl(none, IPC_RMID, nullptr); }},
        {"msgsnd", [] { return msgsnd(none, path, 0, 0); }},
        {"msgrcv", [] { return msgrcv(none, path, 0, 0, 0); }},
        {"mq_open", [] { return syscall(__NR_mq_open, "none", 0, 0, 0); }},
        {"mq_unlink", [] { return syscall(__NR_mq_unlink, "none"); }},
        {"inotify_add_watch", [] { return syscall(__NR_inotify_add_watch, none, path, 1); }},
        {"fanotify_init", [] { return syscall(__NR_fanotify_init, 0, 0); }},
        {"clock_settime", [=] { return syscall(__NR_clock_settime, 0, nothing); }},
        {"sethostname", [] { return syscall(__NR_sethostname, path, 1000); }},
        {"utimensat", [] { return utimensat(AT_FDCWD, path, nullptr, 0); }},
        {"utimes", [] { return utimes(path, nullptr); }},
        {"open_by_handle_at", [=] { return syscall(__NR_open_by_handle_at, none, nothing, 0); }},
        {"chmod", [] { return chmod(path, 0755); }},
        {"fchmodat", [] { return fchmodat(AT_FDCWD, path, 0755, 0); }},
        {"lchown", [] { return lchown(path, getuid(), getgid()); }},
        {"truncate", [] { return truncate("/no-such-file", 0); }},
        {"setxattr", [] { return setxattr(path, "user.x", "x", 1, 0); }},
        {"removexattr", [] { return removexattr(path, "user.x"); }},
        {"a signal's receiver", [] { return fcntl(STDIN_FILENO, F_SETOWN, getppid()); }},
        {"a signal's receiver, any kind", [] { return fcntl(STDIN_FILENO, F_SETOWN_EX, &owner); }},
        {"a socket's owner", [] { return ioctl(STDIN_FILENO, FIOSETOWN, &parent); }},
        {"a socket's process group", [] { return ioctl(STDIN_FILENO, SIOCSPGRP, &parent); }},
        {"typing into the terminal", [] { return ioctl(STDIN_FILENO, TIOCSTI, &byte); }},
        {"the console's ioctl", [] { return ioctl(STDIN_FILENO, TIOCLINUX, &byte); }},
    };
}
} // namespace mpbitcoin::test
