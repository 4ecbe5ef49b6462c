#include <fcntl.h>
#include <ipc/runtime/listener.h>

#include <utility>

namespace mpbitcoin {
namespace {
//! Enough for some short-lived clients such as bitcoin-cli.
constexpr size_t RESERVED_DESCRIPTORS{8};
//! Between two attempts to accept after a failure.
constexpr auto RETRY_DELAY{100 * kj::MILLISECONDS};
//! Between two warnings in the log.
constexpr std::chrono::minutes COMPLAINT_INTERVAL{1};
} // namespace

Listener::Listener(mp::EventLoop& loop, Descriptor socket, Take take) :
    m_loop{loop},
    m_receiver{loop.m_io_context.lowLevelProvider->wrapListenSocketFd(
        socket.release(), kj::LowLevelAsyncIoProvider::TAKE_OWNERSHIP)},
    m_take{std::move(take)}
{
    reserve();
    accept();
}

void Listener::reserve()
{
    while (m_reserve.size() < RESERVED_DESCRIPTORS) {
        Descriptor spare{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
        if (!spare) return;
        m_reserve.push_back(std::move(spare));
    }
}

void Listener::accept()
{
    // accept() may throw: evalNow() turns that into a failed promise.
    m_tasks.add(kj::evalNow([this] { return m_receiver->accept(); })
                    .then([this](kj::Own<kj::AsyncIoStream>&& stream) { take(kj::mv(stream)); },
                          [this](kj::Exception&& error) { failed(error); }));
}

void Listener::take(kj::Own<kj::AsyncIoStream> stream)
{
    m_used_reserve = false;
    KJ_IF_MAYBE (error, kj::runCatchingExceptions([&] { m_take(kj::mv(stream)); })) {
        MP_LOGPLAIN(m_loop, mp::Log::Warning)
            << "cannot serve a connection: " << error->getDescription().cStr();
    }
    accept();
}

void Listener::failed(const kj::Exception& error)
{
    // Another thread may take the free descriptor first, so risk only one at a time.
    const bool exhausted{error.getType() == kj::Exception::Type::OVERLOADED};
    if (exhausted && !m_used_reserve && !m_reserve.empty()) {
        m_used_reserve = true;
        m_reserve.pop_back();
        accept();
        return;
    }
    m_used_reserve = false;
    const auto now{Clock::now()};
    if (!m_complained || now - *m_complained > COMPLAINT_INTERVAL) {
        m_complained = now;
        MP_LOGPLAIN(m_loop, mp::Log::Warning)
            << "cannot accept connections for now: " << error.getDescription().cStr();
    }
    acceptLater();
}

void Listener::acceptLater()
{
    auto& timer{m_loop.m_io_context.provider->getTimer()};
    m_tasks.add(timer.afterDelay(RETRY_DELAY).then([this] {
        reserve();
        accept();
    }));
}
} // namespace mpbitcoin
