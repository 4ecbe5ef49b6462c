#ifndef MPBITCOIN_TEST_CHILD_H
#define MPBITCOIN_TEST_CHILD_H

#include <sys/wait.h>
#include <unistd.h>

#include <kj/exception.h>
#include <kj/test.h>

#include <cstdlib>
#include <functional>
#include <utility>

namespace mpbitcoin::test {
//! Notices when an expectation of the calling thread fails.
class Failures final : public kj::ExceptionCallback
{
public:
    void logMessage(kj::LogSeverity severity,
                    const char* file,
                    int line,
                    int context_depth,
                    kj::String&& text) override
    {
        if (severity >= kj::LogSeverity::ERROR) m_any = true;
        next.logMessage(severity, file, line, context_depth, kj::mv(text));
    }
    bool any() const { return m_any; }

private:
    bool m_any{false};
};

//! Run `body` in a forked process, for what can't be undone, and expect that its expectations hold.
inline void InChild(const std::function<void()>& body)
{
    const pid_t child{::fork()};
    if (child == 0) {
        Failures failures;
        KJ_IF_MAYBE (error, kj::runCatchingExceptions(body)) {
            KJ_LOG(ERROR, *error);
        }
        ::_exit(failures.any() ? EXIT_FAILURE : EXIT_SUCCESS);
    }
    int status{-1};
    KJ_EXPECT(::waitpid(child, &status, 0) == child);
    KJ_EXPECT(status == EXIT_SUCCESS);
}
} // namespace mpbitcoin::test

#endif // MPBITCOIN_TEST_CHILD_H
