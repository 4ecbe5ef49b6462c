// Sockets by path: which ones are replaced, which of many processes listens when all start at once,
// and connecting with a time limit.

#include <os/socket.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <test/child.h>
#include <test/errors.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace mpbitcoin::test {
namespace fs = std::filesystem;

namespace {
constexpr int ROUNDS{100};
constexpr int STARTERS{8};

//! A folder for the sockets of one test.
class Folder
{
public:
    Folder()
    {
        std::array<char, 32> name{"/tmp/mpbitcoin-XXXXXX"};
        m_path = ::mkdtemp(name.data());
    }
    ~Folder() { fs::remove_all(m_path); }
    fs::path socket() const { return m_path / "s"; }

private:
    fs::path m_path;
};

//! Another program's socket of the given type at the path.
Descriptor Bound(const fs::path& path, int type)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    Descriptor fd{::socket(AF_UNIX, type, 0)};
    KJ_ASSERT(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    return fd;
}

ino_t Inode(const fs::path& path)
{
    struct stat status{};
    KJ_ASSERT(::lstat(path.c_str(), &status) == 0);
    return status.st_ino;
}

constexpr const char* LISTENED{"another process listens there: Address already in use"};
constexpr const char* OTHER_TYPE{
    "another process has a socket of another type there: Address already in use"};

KJ_TEST("listening replaces a socket without a listener")
{
    const Folder folder;
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        Bound(folder.socket(), type).reset();
        const auto listening{ListenUnix(folder.socket())};
        EXPECT_ERROR(NO_ERROR, ConnectUnix(folder.socket()));
        fs::remove(folder.socket());
    }
}

KJ_TEST("listening keeps a socket in use")
{
    for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
        const Folder folder;
        const auto other{Bound(folder.socket(), type)};
        if (type != SOCK_DGRAM) ::listen(other.get(), 1);
        const auto inode{Inode(folder.socket())};
        EXPECT_ERROR(type == SOCK_STREAM ? LISTENED : OTHER_TYPE, ListenUnix(folder.socket()));
        KJ_EXPECT(Inode(folder.socket()) == inode);
    }
}

//! A process may listen on a socket that we may not connect to.
KJ_TEST("listening keeps a socket that we may not connect to")
{
    InChild([] {
        constexpr uid_t nobody{65534};
        KJ_ASSERT(::geteuid() != 0 || ::setuid(nobody) == 0); // a user whom permissions restrict
        const Folder folder;
        const auto other{Bound(folder.socket(), SOCK_STREAM)};
        ::listen(other.get(), 1);
        ::chmod(folder.socket().c_str(), 0);
        const auto inode{Inode(folder.socket())};
        EXPECT_ERROR("cannot check whether another process listens there: "
                     "Permission denied",
                     ListenUnix(folder.socket()));
        KJ_EXPECT(Inode(folder.socket()) == inode);
    });
}

KJ_TEST("one of many processes that start at once listens")
{
    for (int round{0}; round < ROUNDS; ++round) {
        const Folder folder;
        Bound(folder.socket(), SOCK_STREAM).reset();
        std::latch start{STARTERS};
        std::vector<Descriptor> listening(STARTERS);
        std::vector<std::string> errors(STARTERS);
        std::vector<std::thread> starters;
        for (int i{0}; i < STARTERS; ++i) {
            starters.emplace_back([&, i] {
                start.arrive_and_wait();
                errors[i] = ErrorOf([&] { listening[i] = ListenUnix(folder.socket()); });
            });
        }
        for (auto& starter : starters) {
            starter.join();
        }
        KJ_EXPECT(std::ranges::count(errors, LISTENED) == STARTERS - 1);
        KJ_EXPECT(std::ranges::count(errors, NO_ERROR) == 1);
        EXPECT_ERROR(NO_ERROR, ConnectUnix(folder.socket()));
    }
}

KJ_TEST("connecting to a busy process fails in time")
{
    const Folder folder;
    const auto busy{Bound(folder.socket(), SOCK_STREAM)};
    ::listen(busy.get(), 0);
    std::vector<Descriptor> waiting;
    std::string error{NO_ERROR};
    while (error == NO_ERROR) {
        error = ErrorOf([&] { waiting.push_back(ConnectUnix(folder.socket())); });
    }
    KJ_EXPECT(error == "Connection timed out", error.c_str());
    EXPECT_ERROR(LISTENED, ListenUnix(folder.socket()));
}
} // namespace
} // namespace mpbitcoin::test
