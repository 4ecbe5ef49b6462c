#ifndef MPBITCOIN_EXECUTABLES_NODE_START_REPORT_H
#define MPBITCOIN_EXECUTABLES_NODE_START_REPORT_H

#include <os/descriptor.h>
#include <sys/types.h>

namespace mpbitcoin {
//! Makes -daemonwait fail when the node dies while it starts. The tree's main() waits, in the first
//! process, for the end of a pipe to the node, and takes a node that has died for one that has
//! started. Then it calls exit(), which waits here for the node's report. There is one object. It
//! is made in the first process, before the node is started in the background; both have it.
class StartReport
{
public:
    //! Throws std::system_error.
    StartReport();
    //! The node ends in order: it has started, or has reported why it cannot.
    ~StartReport();
    StartReport(const StartReport&) = delete;
    StartReport& operator=(const StartReport&) = delete;

    //! The node has started. Its main thread.
    void send();

private:
    static void await();

    static StartReport* g_report;
    const pid_t m_first;
    Descriptor m_reader;
    Descriptor m_writer;
};
} // namespace mpbitcoin

#endif // MPBITCOIN_EXECUTABLES_NODE_START_REPORT_H
