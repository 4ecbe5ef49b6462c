#include <extension/mailbox.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace mpbitcoin::extension {
Mailbox::Mailbox(bool pollable)
{
    if (!pollable) return;
    if (pipe(m_pipe) != 0) throw std::system_error{errno, std::generic_category(), "pipe"};
    for (const int end : m_pipe) {
        fcntl(end, F_SETFD, FD_CLOEXEC);
        fcntl(end, F_SETFL, O_NONBLOCK);
    }
}

Mailbox::~Mailbox()
{
    for (const int end : m_pipe) {
        if (end >= 0) close(end);
    }
}

void Mailbox::put(Letter letter)
{
    const Lock lock{m_mutex};
    const bool first = m_letters.empty();
    m_letters.push_back(std::move(letter));
    m_arrived.notifyOne();
    // The pipe holds one byte while there are letters, so it is never full.
    if (first && m_pipe[1] >= 0 && write(m_pipe[1], "", 1) < 0 && errno != EAGAIN) {
        throw std::system_error{errno, std::generic_category(), "write"};
    }
}

Letter Mailbox::take()
{
    const Lock lock{m_mutex};
    while (m_letters.empty()) {
        m_arrived.wait(m_mutex);
    }
    Letter letter{Ended{}};
    if (std::holds_alternative<Ended>(m_letters.front())) {
        m_arrived.notifyOne();
    } else {
        letter.swap(m_letters.front());
        m_letters.pop_front();
    }
    return letter;
}

std::deque<Letter> Mailbox::takeAll()
{
    const Lock lock{m_mutex};
    std::deque<Letter> letters;
    letters.swap(m_letters);
    char byte;
    if (!letters.empty() && m_pipe[0] >= 0 && read(m_pipe[0], &byte, 1) < 0 && errno != EAGAIN) {
        throw std::system_error{errno, std::generic_category(), "read"};
    }
    return letters;
}
} // namespace mpbitcoin::extension
