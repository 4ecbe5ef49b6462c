#ifndef MPBITCOIN_IPC_TEST_CHECK_H
#define MPBITCOIN_IPC_TEST_CHECK_H

#include <atomic>
#include <cstdio>
#include <cstdlib>

//! Say where a condition does not hold, count it, and go on. From any thread.
#define CHECK(...)                                                                                 \
    mpbitcoin::test::Checked(static_cast<bool>(__VA_ARGS__), #__VA_ARGS__, __FILE__, __LINE__)

//! That a statement throws `exception` or what derives from it. Other exceptions pass.
#define CHECK_THROWS(exception, ...)                                                               \
    do {                                                                                           \
        bool thrown{false};                                                                        \
        try {                                                                                      \
            static_cast<void>(__VA_ARGS__);                                                        \
        } catch (const exception&) {                                                               \
            thrown = true;                                                                         \
        }                                                                                          \
        mpbitcoin::test::Checked(thrown, #__VA_ARGS__ " throws " #exception, __FILE__, __LINE__);  \
    } while (false)

namespace mpbitcoin::test {
inline std::atomic<int> g_checks{0};
inline std::atomic<int> g_failures{0};

inline void Checked(bool holds, const char* condition, const char* file, int line)
{
    ++g_checks;
    if (holds) return;
    ++g_failures;
    std::fprintf(stderr, "%s:%d: failed: %s\n", file, line, condition);
}

//! What main() returns: 0 when checks were made and all of them held.
inline int Result()
{
    std::printf("%d checks, %d failed\n", g_checks.load(), g_failures.load());
    return g_checks > 0 && g_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
} // namespace mpbitcoin::test

#endif // MPBITCOIN_IPC_TEST_CHECK_H
