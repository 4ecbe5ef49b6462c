#include <common/args.h>
#include <executables/node/start_report.h>
#include <os/pipe.h>
#include <tinyformat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <utility>

namespace mpbitcoin {
StartReport* StartReport::g_report{nullptr};

StartReport::StartReport() : m_first{::getpid()}
{
    auto [reader, writer]{MakePipe()};
    m_reader = std::move(reader);
    m_writer = std::move(writer);
    g_report = this;
    std::atexit(await);
}

StartReport::~StartReport()
{
    g_report = nullptr;
    send();
}

void StartReport::send()
{
    if (!m_writer) return;
    [[maybe_unused]] const auto written{::write(m_writer.get(), "", 1)};
    m_writer.reset();
    m_reader.reset();
}

void StartReport::await()
{
    // A process whose main() returns has destroyed the object.
    if (!g_report || g_report->m_first != ::getpid()) return;
    if (!gArgs.GetBoolArg("-daemonwait", false)) return;
    g_report->m_writer.reset();
    char byte{0};
    ssize_t got;
    do {
        got = ::read(g_report->m_reader.get(), &byte, 1);
    } while (got < 0 && errno == EINTR);
    if (got > 0) return;
    tfm::format(std::cerr, "Error: the node died while it was starting, see debug.log\n");
    std::_Exit(EXIT_FAILURE);
}
} // namespace mpbitcoin
