#ifndef MPBITCOIN_IPC_TEST_LOOP_H
#define MPBITCOIN_IPC_TEST_LOOP_H

#include <os/mutex.h>

#include <mp/proxy-io.h>

#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace mpbitcoin::test {
//! Keeps all log messages of libmultiprocess, including the contents of messages.
class Log
{
public:
    mp::LogOptions options()
    {
        return {.log_fn =
                    [this](mp::LogMessage line) {
                        const Lock lock{m_mutex};
                        m_text += line.message + '\n';
                        if (line.level == mp::Log::Raise) throw std::runtime_error(line.message);
                    },
                .max_chars = 1'000'000,
                .log_level = mp::Log::Trace};
    }
    std::string text()
    {
        const Lock lock{m_mutex};
        return m_text;
    }

private:
    Mutex m_mutex;
    std::string m_text OS_GUARDED_BY(m_mutex);
};

//! An event loop on its own thread. It runs until the destructor, and then until its connections
//! are closed and their objects are destroyed.
class Loop
{
public:
    Loop(const char* name, Log& log, void* context = nullptr)
    {
        std::promise<mp::EventLoop*> started;
        m_thread = std::thread{[&, name, context] {
            mp::EventLoop loop{name, log.options(), context};
            m_ref.emplace(loop);
            started.set_value(&loop);
            loop.loop();
        }};
        m_loop = started.get_future().get();
    }
    ~Loop()
    {
        m_ref.reset();
        m_thread.join();
    }
    mp::EventLoop& get() { return *m_loop; }

private:
    mp::EventLoop* m_loop{nullptr};
    std::optional<mp::EventLoopRef> m_ref;
    std::thread m_thread;
};
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_TEST_LOOP_H
