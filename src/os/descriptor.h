#ifndef MPBITCOIN_OS_DESCRIPTOR_H
#define MPBITCOIN_OS_DESCRIPTOR_H

#include <unistd.h>

#include <utility>

namespace mpbitcoin {
//! Owns an open file descriptor, or none (-1).
class Descriptor
{
public:
    explicit Descriptor(int fd = -1) noexcept : m_fd{fd} {}
    Descriptor(Descriptor&& other) noexcept : m_fd{other.release()} {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        if (this != &other) reset(other.release());
        return *this;
    }
    ~Descriptor() { reset(); }

    explicit operator bool() const { return m_fd >= 0; }
    int get() const { return m_fd; }
    //! Give up ownership: the caller closes the descriptor.
    int release() { return std::exchange(m_fd, -1); }
    //! Close the descriptor and own `fd` instead.
    void reset(int fd = -1)
    {
        if (m_fd >= 0) ::close(m_fd);
        m_fd = fd;
    }

private:
    int m_fd;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_OS_DESCRIPTOR_H
