#ifdef __linux__
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sandbox/parts.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

// The filter lists refused calls, not allowed ones: the wallet consists of Bitcoin Core's wallet
// code, the C library and SQLite, and the calls that these make change between versions. We write
// the filter without libseccomp, because it is one short list, and each host would have to build
// and trust another dependency.

namespace mpbitcoin::sandbox {
namespace {
#if defined(__x86_64__) && defined(__LP64__)
constexpr uint32_t NATIVE_ARCH{AUDIT_ARCH_X86_64};
#elif defined(__i386__)
constexpr uint32_t NATIVE_ARCH{AUDIT_ARCH_I386};
#elif defined(__aarch64__) && defined(__AARCH64EL__)
constexpr uint32_t NATIVE_ARCH{AUDIT_ARCH_AARCH64};
#elif defined(__arm__) && defined(__ARMEL__)
constexpr uint32_t NATIVE_ARCH{AUDIT_ARCH_ARM};
#elif defined(__riscv) && __riscv_xlen == 64
constexpr uint32_t NATIVE_ARCH{AUDIT_ARCH_RISCV64};
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
constexpr uint32_t NATIVE_ARCH{AUDIT_ARCH_PPC64LE};
#else
constexpr uint32_t NATIVE_ARCH{0};
#endif

// Calls that are newer than the headers on some hosts. From 424 on, a number means the same call on
// every processor.
constexpr int IO_URING_SETUP{425}, IO_URING_ENTER{426}, IO_URING_REGISTER{427};
constexpr int OPEN_TREE{428}, MOVE_MOUNT{429}, FSOPEN{430}, FSCONFIG{431}, FSMOUNT{432};
constexpr int FSPICK{433}, CLONE3{435}, PIDFD_GETFD{438}, PROCESS_MADVISE{440};
constexpr int MOUNT_SETATTR{442}, PROCESS_MRELEASE{448}, FCHMODAT2{452}, SETXATTRAT{463};
constexpr int REMOVEXATTRAT{466}, OPEN_TREE_ATTR{467}, FILE_SETATTR{469};
constexpr int PIDFD_SEND_SIGNAL{424};

constexpr int REFUSED[]{
    // Sockets of all families: through AF_UNIX, the session bus, an agent or a container's daemon
    // would act for this process.
    __NR_socket,
    __NR_bind,
    __NR_connect,
    __NR_listen,
    __NR_accept4,
#ifdef __NR_accept
    __NR_accept,
#endif
    // Makes other calls that the filter can't see.
    IO_URING_SETUP,
    IO_URING_ENTER,
    IO_URING_REGISTER,
    // Other programs, instead of this one or in a child.
    __NR_execve,
    __NR_execveat,
    // Memory, descriptors and state of other processes.
    __NR_ptrace,
    __NR_process_vm_readv,
    __NR_process_vm_writev,
    PROCESS_MADVISE,
    PROCESS_MRELEASE,
    PIDFD_GETFD,
    PIDFD_SEND_SIGNAL,
    __NR_migrate_pages,
    __NR_move_pages,
    __NR_kcmp,
    __NR_perf_event_open,
#ifdef __GLIBC__
    __NR_tkill, // its target is unknown; glibc uses tgkill
#endif
// Memory, semaphores and messages that other processes share.
#ifdef __NR_shmget
    __NR_shmget,
    __NR_shmat,
    __NR_shmctl,
    __NR_semget,
    __NR_semctl,
    __NR_semop,
    __NR_semtimedop,
    __NR_msgget,
    __NR_msgctl,
    __NR_msgsnd,
    __NR_msgrcv,
#endif
#ifdef __NR_ipc
    __NR_ipc, // all of these in one call
#endif
#ifdef __NR_semtimedop_time64
    __NR_semtimedop_time64,
#endif
    __NR_mq_open,
    __NR_mq_unlink,
    // Events of files that it can't open.
    __NR_inotify_add_watch,
    __NR_fanotify_init,
    __NR_fanotify_mark,
    // The machine, which root can change.
    __NR_adjtimex,
    __NR_clock_adjtime,
    __NR_clock_settime,
#ifdef __NR_clock_settime64
    __NR_clock_adjtime64,
    __NR_clock_settime64,
#endif
    __NR_settimeofday,
    __NR_sethostname,
    __NR_setdomainname,
    __NR_syslog,
    __NR_quotactl,
#ifdef __NR_iopl
    __NR_iopl,
    __NR_ioperm,
#endif
    // Deep parts of the kernel.
    __NR_bpf,
    __NR_userfaultfd,
    __NR_keyctl,
    __NR_add_key,
    __NR_request_key,
    __NR_kexec_load,
#ifdef __NR_kexec_file_load
    __NR_kexec_file_load,
#endif
    __NR_init_module,
    __NR_finit_module,
    __NR_delete_module,
    __NR_reboot,
    __NR_swapon,
    __NR_swapoff,
    __NR_acct,
    // Another view of the file system. New namespaces also expose far more of the kernel.
    __NR_mount,
    __NR_umount2,
    __NR_pivot_root,
    __NR_chroot,
    __NR_unshare,
    __NR_setns,
    OPEN_TREE,
    OPEN_TREE_ATTR,
    MOVE_MOUNT,
    MOUNT_SETATTR,
    FSOPEN,
    FSCONFIG,
    FSMOUNT,
    FSPICK,
    __NR_open_by_handle_at,
    // Changes of files by path that Landlock does not check. The wallet changes open files instead.
    __NR_fchmodat,
    FCHMODAT2,
    __NR_fchownat,
    __NR_truncate,
    __NR_setxattr,
    __NR_lsetxattr,
    SETXATTRAT,
    __NR_removexattr,
    __NR_lremovexattr,
    REMOVEXATTRAT,
    FILE_SETATTR,
#ifdef __NR_utime
    __NR_utime,
#endif
#ifdef __NR_utimes
    __NR_utimes,
    __NR_futimesat,
#endif
#ifdef __NR_chmod
    __NR_chmod,
#endif
#ifdef __NR_chown
    __NR_chown,
    __NR_lchown,
#endif
#ifdef __NR_chown32
    __NR_chown32,
    __NR_lchown32,
#endif
#ifdef __NR_truncate64
    __NR_truncate64,
#endif
};

constexpr uint32_t NAMESPACES{CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                              CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET};

//! The positions of the halves of a call's argument.
constexpr uint32_t Low(uint32_t argument)
{
    constexpr uint32_t half{std::endian::native == std::endian::big ? 4 : 0};
    return offsetof(seccomp_data, args) + argument * 8 + half;
}
constexpr uint32_t High(uint32_t argument)
{
    return Low(argument) ^ 4;
}

//! Builds the filter. Between the rules, the accumulator contains the call's number.
class Filter
{
public:
    Filter()
    {
        Load(offsetof(seccomp_data, arch));
        // Calls with another convention (int 0x80 on x86_64) have other numbers.
        Add(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, /*if_true=*/1, /*if_false=*/0);
        Return(Refusal(EACCES));
        Load(offsetof(seccomp_data, nr));
#ifdef __x86_64__
        // The same applies to x32, which has the same architecture.
        constexpr uint32_t x32_bit{0x40000000};
        Add(BPF_JMP | BPF_JGE | BPF_K, x32_bit, /*if_true=*/0, /*if_false=*/1);
        Return(Refusal(EACCES));
#endif
    }

    void Refuse(uint32_t number, int error)
    {
        Add(BPF_JMP | BPF_JEQ | BPF_K, number, /*if_true=*/0, /*if_false=*/1);
        Return(Refusal(error));
    }

    //! Refuse the call when the word is one of the values.
    void RefuseIf(uint32_t number, uint32_t word, std::initializer_list<uint32_t> values)
    {
        const auto count{static_cast<uint8_t>(values.size())};
        Add(BPF_JMP | BPF_JEQ | BPF_K, number, /*if_true=*/0, /*if_false=*/count + 3);
        Load(word);
        uint8_t to_refusal{count};
        for (const uint32_t value : values) {
            Add(BPF_JMP | BPF_JEQ | BPF_K, value, /*if_true=*/to_refusal--, /*if_false=*/0);
        }
        Return(SECCOMP_RET_ALLOW);
        Return(Refusal(EACCES));
    }

    struct Condition
    {
        uint32_t word;
        uint32_t mask;
        uint32_t value;
    };

    //! Refuse the call unless the word is one of the values.
    void AllowOnly(uint32_t number, uint32_t word, std::initializer_list<uint32_t> values)
    {
        const auto count{static_cast<uint8_t>(values.size())};
        Add(BPF_JMP | BPF_JEQ | BPF_K, number, /*if_true=*/0, /*if_false=*/count + 3);
        Load(word);
        uint8_t to_allow{count};
        for (const uint32_t value : values) {
            Add(BPF_JMP | BPF_JEQ | BPF_K, value, /*if_true=*/to_allow--, /*if_false=*/0);
        }
        Return(Refusal(EACCES));
        Return(SECCOMP_RET_ALLOW);
    }

    //! Refuse the call unless all masked words have their values.
    void RefuseUnless(uint32_t number, std::initializer_list<Condition> conditions)
    {
        auto to_refusal{static_cast<uint8_t>(3 * conditions.size() + 1)};
        Add(BPF_JMP | BPF_JEQ | BPF_K, number, /*if_true=*/0, /*if_false=*/to_refusal + 1);
        for (const auto& condition : conditions) {
            Load(condition.word);
            Add(BPF_ALU | BPF_AND | BPF_K, condition.mask, 0, 0);
            to_refusal -= 3;
            Add(BPF_JMP | BPF_JEQ | BPF_K, condition.value, /*if_true=*/0, to_refusal);
        }
        Return(SECCOMP_RET_ALLOW);
        Return(Refusal(EACCES));
    }

    //! Allow the rest. The filter lives as long as this object.
    sock_fprog Finish()
    {
        Return(SECCOMP_RET_ALLOW);
        return {static_cast<unsigned short>(m_code.size()), m_code.data()};
    }

private:
    static uint32_t Refusal(int error)
    {
        return SECCOMP_RET_ERRNO | (static_cast<uint32_t>(error) & SECCOMP_RET_DATA);
    }
    void Load(uint32_t offset) { Add(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
    void Return(uint32_t action) { Add(BPF_RET | BPF_K, action, 0, 0); }
    void Add(int code, uint32_t operand, int if_true, int if_false)
    {
        m_code.push_back({static_cast<uint16_t>(code), static_cast<uint8_t>(if_true),
                          static_cast<uint8_t>(if_false), operand});
    }

    std::vector<sock_filter> m_code;
};

constexpr uint32_t ALL{0xffffffff};

//! Of the calls that name a process, allow only those that name this one, by its number or by 0.
void KeepToOneself(Filter& filter)
{
    const auto self{static_cast<uint32_t>(getpid())};
    for (const int number : {__NR_prlimit64, __NR_sched_setaffinity, __NR_sched_setattr,
                             __NR_sched_setparam, __NR_sched_setscheduler}) {
        filter.AllowOnly(number, Low(0), {0, self});
    }
    // 0 is this process group, to which the node belongs.
    for (const int number :
         {__NR_kill, __NR_tgkill, __NR_rt_sigqueueinfo, __NR_rt_tgsigqueueinfo}) {
        filter.AllowOnly(number, Low(0), {self});
    }
    constexpr uint32_t ioprio_who_process{1};
    filter.RefuseUnless(__NR_setpriority, {{Low(0), ALL, PRIO_PROCESS}, {Low(1), ALL, 0}});
    filter.RefuseUnless(__NR_ioprio_set, {{Low(0), ALL, ioprio_who_process}, {Low(1), ALL, 0}});
}

Filter MakeFilter()
{
    Filter filter;
    for (const int number : REFUSED)
        filter.Refuse(number, EACCES);
    // The C library reads this error as "too old a kernel" and falls back to clone(), whose flags
    // are visible.
    filter.Refuse(CLONE3, ENOSYS);
    filter.RefuseUnless(__NR_clone, {{Low(0), NAMESPACES, 0}});
    // A datagram socket of a pair could still send to any address.
    filter.RefuseUnless(__NR_socketpair,
                        {{Low(0), ALL, AF_UNIX}, {Low(1), /*without flags=*/0xf, SOCK_STREAM}});
    filter.RefuseUnless(__NR_sendto, {{Low(4), ALL, 0}, {High(4), ALL, 0}});
    KeepToOneself(filter);
    // Times of a file by its path. Without a path, the call changes an open file.
#ifdef __NR_utimensat
    filter.RefuseUnless(__NR_utimensat, {{Low(1), ALL, 0}, {High(1), ALL, 0}});
#endif
#ifdef __NR_utimensat_time64
    filter.RefuseUnless(__NR_utimensat_time64, {{Low(1), ALL, 0}, {High(1), ALL, 0}});
#endif
    // Input into the terminal from which the process was started. And signals: when a descriptor is
    // ready, the kernel sends any signal to the process that is set as its owner.
    filter.RefuseIf(__NR_ioctl, Low(1), {TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP});
#ifdef __NR_fcntl
    filter.RefuseIf(__NR_fcntl, Low(1), {F_SETOWN, F_SETOWN_EX});
#endif
#ifdef __NR_fcntl64
    filter.RefuseIf(__NR_fcntl64, Low(1), {F_SETOWN, F_SETOWN_EX});
#endif
#ifdef __NR_socketcall
    // One call for all operations on sockets, with invisible arguments. The numbers of linux/net.h
    // are: socket, bind, connect, listen, accept, sendto, accept4. The event loop creates a socket
    // pair, so this allows pairs of all types.
    filter.RefuseIf(__NR_socketcall, Low(0), {1, 2, 3, 4, 5, 11, 18});
#endif
    return filter;
}
} // namespace

bool LimitSystemCalls(std::vector<std::string>& gaps)
{
    if constexpr (NATIVE_ARCH == 0) {
        gaps.emplace_back("seccomp: no filter for this processor");
        return false;
    }
    // Only root may install a filter without promising to gain no privileges.
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        gaps.push_back(ErrorNote("PR_SET_NO_NEW_PRIVS", errno));
        return false;
    }
    Filter filter{MakeFilter()};
    sock_fprog program{filter.Finish()};
    if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, /*flags=*/0, &program) != 0) {
        gaps.push_back(ErrorNote("seccomp", errno));
        return false;
    }
    return true;
}
} // namespace mpbitcoin::sandbox
#endif // __linux__
