#ifndef MPBITCOIN_TEST_ERRORS_H
#define MPBITCOIN_TEST_ERRORS_H

#include <kj/exception.h>
#include <kj/test.h>

#include <exception>
#include <string>

namespace mpbitcoin::test {
//! What ErrorOf() returns for code that throws nothing.
constexpr const char* NO_ERROR{"no error"};

//! The text of the exception that `code` throws, without the addresses that kj adds.
template <typename Code>
std::string ErrorOf(const Code& code)
{
    try {
        static_cast<void>(code());
    } catch (const kj::Exception& error) {
        return error.getDescription().cStr();
    } catch (const std::exception& error) {
        const std::string text{error.what()};
        return text.substr(0, text.find("\nstack: "));
    }
    return NO_ERROR;
}
} // namespace mpbitcoin::test

//! That the code fails with exactly this text.
#define EXPECT_ERROR(text, ...)                                                                    \
    do {                                                                                           \
        const std::string error{mpbitcoin::test::ErrorOf([&] { return __VA_ARGS__; })};            \
        KJ_EXPECT(error == (text), error.c_str());                                                 \
    } while (false)

#endif // MPBITCOIN_TEST_ERRORS_H
