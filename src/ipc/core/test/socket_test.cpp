// Sockets by path: which ones are replaced, who gets one of many that start at once, and that
// nobody waits for ever to connect.

#include <ipc/core/socket.h>
#include <ipc/test/check.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <util/translation.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <latch>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

const TranslateFn G_TRANSLATION_FUN{nullptr};

namespace mpbitcoin::test {
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
        m_path = fs::PathFromString(::mkdtemp(name.data()));
    }
    ~Folder() { fs::remove_all(m_path); }
    fs::path socket() const { return m_path / "s"; }

private:
    fs::path m_path;
};

//! Another program's socket of a type at the path.
Descriptor Bound(const fs::path& path, int type)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    Descriptor fd{::socket(AF_UNIX, type, 0)};
    CHECK(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
    return fd;
}

ino_t Inode(const fs::path& path)
{
    struct stat status{};
    CHECK(::lstat(path.c_str(), &status) == 0);
    return status.st_ino;
}

//! The error of an attempt, 0 for none.
template <typename Attempt>
int ErrorOf(const Attempt& attempt)
{
    try {
        attempt();
        return 0;
    } catch (const std::system_error& error) {
        return error.code().value();
    }
}

void ReplacesWhatWasLeftBehind()
{
    const Folder folder;
    for (const int type : {SOCK_STREAM, SOCK_DGRAM}) {
        Bound(folder.socket(), type).reset();
        const auto listening{ListenUnix(folder.socket())};
        CHECK(ConnectUnix(folder.socket()));
        fs::remove(folder.socket());
    }
}

void LeavesWhatIsInUse()
{
    for (const int type : {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET}) {
        const Folder folder;
        const auto other{Bound(folder.socket(), type)};
        if (type != SOCK_DGRAM) ::listen(other.get(), 1);
        const auto inode{Inode(folder.socket())};
        CHECK(ErrorOf([&] { ListenUnix(folder.socket()); }) == EADDRINUSE);
        CHECK(Inode(folder.socket()) == inode);
    }
}

//! A socket that we may not connect to may have somebody who listens.
void LeavesWhatRefusesUs()
{
    const pid_t child{::fork()};
    if (child == 0) {
        constexpr uid_t nobody{65534};
        if (::geteuid() == 0) CHECK(::setuid(nobody) == 0); // whom permissions hold
        {
            const Folder folder;
            const auto other{Bound(folder.socket(), SOCK_STREAM)};
            ::listen(other.get(), 1);
            ::chmod(folder.socket().c_str(), 0);
            const auto inode{Inode(folder.socket())};
            CHECK(ErrorOf([&] { ListenUnix(folder.socket()); }) == EACCES);
            CHECK(Inode(folder.socket()) == inode);
        }
        ::_exit(Result());
    }
    int status{-1};
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}

void OneOfManyGetsIt()
{
    for (int round{0}; round < ROUNDS; ++round) {
        const Folder folder;
        Bound(folder.socket(), SOCK_STREAM).reset();
        std::latch start{STARTERS};
        std::vector<Descriptor> listening(STARTERS);
        std::vector<std::thread> starters;
        for (auto& result : listening) {
            starters.emplace_back([&] {
                start.arrive_and_wait();
                ErrorOf([&] { result = ListenUnix(folder.socket()); });
            });
        }
        for (auto& starter : starters) {
            starter.join();
        }
        CHECK(std::erase_if(listening, [](const auto& fd) { return !fd; }) == STARTERS - 1);
        CHECK(ErrorOf([&] { ConnectUnix(folder.socket()); }) == 0);
    }
}

void NobodyWaitsForEver()
{
    const Folder folder;
    const auto busy{Bound(folder.socket(), SOCK_STREAM)};
    ::listen(busy.get(), 0);
    std::vector<Descriptor> waiting;
    int error{0};
    while (error == 0) {
        error = ErrorOf([&] { waiting.push_back(ConnectUnix(folder.socket())); });
    }
    CHECK(error == ETIMEDOUT);
    CHECK(ErrorOf([&] { ListenUnix(folder.socket()); }) == EADDRINUSE);
}
} // namespace
} // namespace mpbitcoin::test

int main()
{
    using namespace mpbitcoin::test;
    ReplacesWhatWasLeftBehind();
    LeavesWhatIsInUse();
    LeavesWhatRefusesUs();
    OneOfManyGetsIt();
    NobodyWaitsForEver();
    return Result();
}
