//! The C library's functions that use files by path. Wallet code, SQLite and the C++ library call
//! them in many places, and none of these calls can be redirected: but a symbol of the executable
//! precedes that of a shared or static library. The functions make the system call. They ask the
//! node only after AskForOutsideFiles(), which the offline tool in this executable never calls. A
//! test searches for functions that are missing here.

#ifdef __linux__
#include <dirent.h>
#include <fcntl.h>
#include <sandbox/outside_files.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <string_view>

namespace mpbitcoin {
namespace {
//! fopen()'s mode as flags of open().
int Flags(std::string_view mode)
{
    const auto has = [mode](char sign) { return mode.find(sign) != mode.npos; };
    int flags{has('+') ? O_RDWR : has('r') ? O_RDONLY : O_WRONLY};
    if (has('w')) flags |= O_CREAT | O_TRUNC;
    if (has('a')) flags |= O_CREAT | O_APPEND;
    if (has('x')) flags |= O_EXCL;
    if (has('e')) flags |= O_CLOEXEC;
    return flags;
}

FILE* OpenStream(const char* path, const char* mode)
{
    constexpr mode_t all{0666};
    const int descriptor{outside::Open(AT_FDCWD, path, Flags(mode), all)};
    if (descriptor < 0) return nullptr;
    FILE* stream{::fdopen(descriptor, mode)};
    if (!stream) ::close(descriptor);
    return stream;
}

DIR* OpenFolder(const char* path)
{
    const int descriptor{
        outside::Open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_DIRECTORY | O_CLOEXEC, /*mode=*/0)};
    if (descriptor < 0) return nullptr;
    DIR* folder{::fdopendir(descriptor)};
    if (!folder) ::close(descriptor);
    return folder;
}

int RemoveAny(const char* path)
{
    const int result{outside::Remove(AT_FDCWD, path, /*flags=*/0)};
    if (result == 0 || (errno != EISDIR && errno != EPERM)) return result;
    return outside::Remove(AT_FDCWD, path, AT_REMOVEDIR);
}

int Create(const char* path, mode_t mode)
{
    return outside::Open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

//! The argument of open() that exists only with some flags.
#define MODE_ARGUMENT(flags)                                                                       \
    mode_t mode{0};                                                                                \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                       \
        va_list arguments;                                                                         \
        va_start(arguments, flags);                                                                \
        mode = va_arg(arguments, mode_t);                                                          \
        va_end(arguments);                                                                         \
    }
} // namespace
} // namespace mpbitcoin

// Declared under other names: the headers' own declarations may be inline or renamed.
#define OPEN(alias)                                                                                \
    extern "C" int Outside_##alias(const char* path, int flags, ...) __asm__(#alias);              \
    int Outside_##alias(const char* path, int flags, ...)                                          \
    {                                                                                              \
        MODE_ARGUMENT(flags);                                                                      \
        return mpbitcoin::outside::Open(AT_FDCWD, path, flags, mode);                              \
    }
#define OPEN_AT(alias)                                                                             \
    extern "C" int Outside_##alias(int folder, const char* path, int flags, ...) __asm__(#alias);  \
    int Outside_##alias(int folder, const char* path, int flags, ...)                              \
    {                                                                                              \
        MODE_ARGUMENT(flags);                                                                      \
        return mpbitcoin::outside::Open(folder, path, flags, mode);                                \
    }
#define FUNCTION(result, alias, parameters, body)                                                  \
    extern "C" result Outside_##alias parameters __asm__(#alias);                                  \
    result Outside_##alias parameters                                                              \
    {                                                                                              \
        return mpbitcoin::body;                                                                    \
    }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
// Functions that code compiled with _FORTIFY_SOURCE calls.
FUNCTION(int, __open_2, (const char* path, int flags), outside::Open(AT_FDCWD, path, flags, 0))
FUNCTION(int, __open64_2, (const char* path, int flags), outside::Open(AT_FDCWD, path, flags, 0))
FUNCTION(int,
         __openat_2,
         (int folder, const char* path, int flags),
         outside::Open(folder, path, flags, 0))
FUNCTION(int,
         __openat64_2,
         (int folder, const char* path, int flags),
         outside::Open(folder, path, flags, 0))
FUNCTION(int, creat, (const char* path, mode_t mode), Create(path, mode))
FUNCTION(int, creat64, (const char* path, mode_t mode), Create(path, mode))
FUNCTION(FILE*, fopen, (const char* path, const char* mode), OpenStream(path, mode))
FUNCTION(FILE*, fopen64, (const char* path, const char* mode), OpenStream(path, mode))
FUNCTION(DIR*, opendir, (const char* path), OpenFolder(path))
FUNCTION(int, mkdir, (const char* path, mode_t mode), outside::MakeFolder(AT_FDCWD, path, mode))
FUNCTION(int,
         mkdirat,
         (int folder, const char* path, mode_t mode),
         outside::MakeFolder(folder, path, mode))
FUNCTION(int, unlink, (const char* path), outside::Remove(AT_FDCWD, path, 0))
FUNCTION(int,
         unlinkat,
         (int folder, const char* path, int flags),
         outside::Remove(folder, path, flags))
FUNCTION(int, rmdir, (const char* path), outside::Remove(AT_FDCWD, path, AT_REMOVEDIR))
FUNCTION(int, remove, (const char* path), RemoveAny(path))
FUNCTION(int,
         rename,
         (const char* from, const char* to),
         outside::Rename(AT_FDCWD, from, AT_FDCWD, to))
FUNCTION(int,
         renameat,
         (int old_folder, const char* from, int new_folder, const char* to),
         outside::Rename(old_folder, from, new_folder, to))
#endif
