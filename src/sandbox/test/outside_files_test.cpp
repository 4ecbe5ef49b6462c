// Files that the node opens for the wallet process: the answer is a descriptor, or an error when
// this process has no free number. A thread plays the node.

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <os/descriptor.h>
#include <sandbox/file_requests.h>
#include <sandbox/outside_files.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <test/child.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <thread>
#include <utility>
#include <vector>

namespace mpbitcoin::test {
namespace {
//! From now on, opening with this flag is refused, like files outside of the sandbox.
constexpr int REFUSED{O_NOATIME};

bool RefuseByFlag()
{
    sock_filter filter[]{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, REFUSED, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{std::size(filter), filter};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

//! Answer with a descriptor.
void Answer(int socket, int descriptor)
{
    int error{0};
    iovec part{&error, sizeof(error)};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header{CMSG_FIRSTHDR(&message)};
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(descriptor));
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof(descriptor));
    KJ_ASSERT(::sendmsg(socket, &message, 0) > 0);
}

//! The result of open() and its error, while the node answers. With `exhausted`, another thread
//! uses up all descriptors before the answer.
std::pair<int, int> Open(int node, bool exhausted)
{
    Descriptor file;
    std::vector<Descriptor> others;
    std::thread answering{[&] {
        std::array<char, MAX_FILE_REQUEST> request;
        KJ_ASSERT(::recv(node, request.data(), request.size(), 0) > 0);
        file.reset(::open("/dev/null", O_RDONLY));
        while (exhausted) {
            Descriptor other{::open("/dev/null", O_RDONLY)};
            if (!other) break;
            others.push_back(std::move(other));
        }
        Answer(node, file.get());
    }};
    const int opened{::open("/anywhere", O_RDONLY | REFUSED)};
    const int error{errno};
    answering.join();
    return {opened, error};
}
KJ_TEST("the answer is a descriptor, or an error when this process has none left")
{
    InChild([] {
        const rlimit few{64, 64};
        KJ_ASSERT(::setrlimit(RLIMIT_NOFILE, &few) == 0);
        std::array<int, 2> sockets{};
        KJ_ASSERT(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets.data()) == 0);
        AskForOutsideFiles(sockets[0]);
        KJ_ASSERT(RefuseByFlag());
        const Descriptor opened{Open(sockets[1], /*exhausted=*/false).first};
        KJ_EXPECT(opened.get() > STDERR_FILENO);
        const auto [none, error]{Open(sockets[1], /*exhausted=*/true)};
        KJ_EXPECT(none == -1);
        KJ_EXPECT(error == EMFILE);
    });
}
} // namespace
} // namespace mpbitcoin::test
