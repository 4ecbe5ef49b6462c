//! The tree's token pipes, in place of its own file, for one difference: the tree's main() takes
//! any answer but 0 of the process that it has started in the background for success, also the end
//! of the pipe, which is all that is left of a process that has died. Here the end of the pipe ends
//! the reader: nobody else of bitcoin-node reads from a pipe whose other end is another process's.

#include <fcntl.h>
#include <tinyformat.h>
#include <unistd.h>
#include <util/tokenpipe.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

namespace {
int Release(int& fd)
{
    return std::exchange(fd, -1);
}

void CloseOnce(int& fd)
{
    if (fd != -1) ::close(Release(fd));
}

//! Repeat a system call until no signal interrupts it.
template <typename Call>
ssize_t Uninterrupted(const Call& call)
{
    ssize_t result;
    do {
        result = call();
    } while (result < 0 && errno == EINTR);
    return result;
}
} // namespace

TokenPipeEnd::TokenPipeEnd(int fd) : m_fd{fd} {}

TokenPipeEnd::~TokenPipeEnd()
{
    Close();
}

int TokenPipeEnd::TokenWrite(uint8_t token)
{
    const auto written{Uninterrupted([&] { return ::write(m_fd, &token, 1); })};
    if (written < 0) return TS_ERR;
    return written == 1 ? 0 : TS_EOS;
}

int TokenPipeEnd::TokenRead()
{
    uint8_t token{0};
    const auto got{Uninterrupted([&] { return ::read(m_fd, &token, 1); })};
    if (got < 0) return TS_ERR;
    if (got == 1) return token;
    tfm::format(std::cerr, "Error: the node died while it was starting, see debug.log\n");
    std::exit(EXIT_FAILURE);
}

void TokenPipeEnd::Close()
{
    CloseOnce(m_fd);
}

std::optional<TokenPipe> TokenPipe::Make()
{
    std::array<int, 2> fds{};
    if (::pipe(fds.data()) != 0) return std::nullopt;
    for (const int fd : fds) {
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    return TokenPipe{fds.data()};
}

TokenPipe::~TokenPipe()
{
    Close();
}

TokenPipeEnd TokenPipe::TakeReadEnd()
{
    return TokenPipeEnd{Release(m_fds[0])};
}

TokenPipeEnd TokenPipe::TakeWriteEnd()
{
    return TokenPipeEnd{Release(m_fds[1])};
}

void TokenPipe::Close()
{
    for (int& fd : m_fds) {
        CloseOnce(fd);
    }
}
