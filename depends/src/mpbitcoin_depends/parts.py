"""Finds the machine's files that influence a package, by asking the compiler."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mpbitcoin_depends import environment, process
from mpbitcoin_depends.errors import DependsError

#: Headers of the C library and the kernel that packages use; missing ones are skipped.
_C_HEADERS = """
alloca.h arpa/inet.h arpa/nameser.h assert.h byteswap.h complex.h ctype.h dirent.h dlfcn.h elf.h
endian.h err.h errno.h execinfo.h fcntl.h features.h fenv.h float.h fnmatch.h getopt.h glob.h grp.h
iconv.h ifaddrs.h inttypes.h iso646.h langinfo.h libgen.h libintl.h limits.h link.h locale.h
malloc.h math.h mntent.h net/if.h net/if_arp.h netdb.h netinet/in.h netinet/ip.h netinet/tcp.h
netinet/udp.h nl_types.h paths.h poll.h pthread.h pwd.h regex.h resolv.h sched.h search.h
semaphore.h setjmp.h signal.h spawn.h stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h
string.h strings.h syscall.h syslog.h termios.h time.h ucontext.h unistd.h utime.h wait.h wchar.h
wctype.h wordexp.h
sys/auxv.h sys/epoll.h sys/event.h sys/eventfd.h sys/file.h sys/inotify.h sys/ioctl.h sys/mman.h
sys/mount.h sys/param.h sys/poll.h sys/prctl.h sys/queue.h sys/random.h sys/resource.h
sys/select.h sys/sendfile.h sys/signalfd.h sys/single_threaded.h sys/socket.h sys/stat.h
sys/statfs.h sys/statvfs.h sys/syscall.h sys/sysctl.h sys/sysmacros.h sys/time.h sys/timerfd.h
sys/times.h sys/types.h sys/ucontext.h sys/uio.h sys/un.h sys/utsname.h sys/vfs.h sys/wait.h
linux/close_range.h linux/errno.h linux/falloc.h linux/fs.h linux/futex.h linux/if.h linux/limits.h
linux/magic.h linux/netlink.h linux/random.h linux/rtnetlink.h linux/sockios.h linux/stat.h
linux/tipc.h linux/tcp.h linux/types.h linux/un.h linux/version.h linux/vm_sockets.h
copyfile.h mach/mach.h mach/mach_time.h mach-o/dyld.h netinet/tcp_fsm.h xlocale.h
iphlpapi.h mstcpip.h winsock2.h ws2tcpip.h windows.h
"""
#: Headers of the C++ library; the second list needs C++20.
_CXX_HEADERS = """
algorithm any array atomic bitset cassert ccomplex cctype cerrno cfenv cfloat charconv chrono
cinttypes climits clocale cmath codecvt complex condition_variable csetjmp csignal cstdarg cstddef
cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype cxxabi.h deque exception execution
filesystem forward_list fstream functional future initializer_list iomanip ios iosfwd iostream
istream iterator limits list locale map memory memory_resource mutex new numeric optional ostream
queue random ratio regex scoped_allocator set shared_mutex sstream stack stdexcept streambuf string
string_view system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set
utility valarray variant vector
"""
_CXX20_HEADERS = """
barrier bit compare concepts coroutine format latch numbers ranges semaphore source_location span
stop_token syncstream version
"""
#: Files that the linker adds to a program, beside the packages; and GCC's specs, if replaced.
_OBJECTS = """
specs
crt1.o Scrt1.o gcrt1.o rcrt1.o crti.o crtn.o crtbegin.o crtbeginS.o crtbeginT.o crtend.o crtendS.o
crt2.o dllcrt2.o libgcc.a libgcc_eh.a libgcc_s.so libgcc_s.so.1 libatomic.a libc.a libc.so
libc.so.6 libc_nonshared.a libdl.a libm.a libm.so libm.so.6 libmvec.a libpthread.a librt.a
libstdc++.a libstdc++.so libc++.a libc++.so libc++abi.a libunwind.a liblto_plugin.so
libkernel32.a libmingw32.a libmingwex.a libmsvcrt.a libucrt.a libws2_32.a libiphlpapi.a
"""
_GCC_PROGRAMS = ("cc1", "cc1plus", "collect2", "lto1", "lto-wrapper", "as")
#: Headers have parts that only these macros enable.
_ALL_OF_THEM = ("-w", "-D_GNU_SOURCE", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3")
#: Libraries of a compiler or linker that do not influence its output.
_RUNTIME = re.compile(
    r"(?:linux-vdso|ld-|ld64|libc\.|libm\.|libdl\.|libpthread\.|librt\.|libgcc_s|libstdc\+\+|libz)"
)


def ask(command: Sequence[str], text: str | None = None) -> str:
    """The output of a command in the environment of builds; "" when it fails."""
    try:
        return process.capture(command, env=environment.of_builds(), input=text, timeout=60)
    except DependsError:
        return ""


def _real(names: Iterable[str | None]) -> tuple[str, ...]:
    """The real paths of existing files, each once, in order."""
    found = (os.path.realpath(name) for name in names if name)
    return tuple(dict.fromkeys(name for name in found if os.path.isfile(name)))


def _libraries(program: str) -> Iterator[str]:
    """The shared libraries with a program's code, such as LLVM's."""
    for line in ask(["ldd", program]).splitlines() if shutil.which("ldd") else ():
        name, _, path = line.partition(" => ")
        if path and not _RUNTIME.match(name.strip()):
            yield path.rpartition(" (")[0].strip()


def _named(argv: Sequence[str], names: Iterable[str]) -> Iterator[str | None]:
    for name in names:
        yield shutil.which(ask([*argv, f"-print-prog-name={name}"]).strip() or name)


def with_libraries(programs: Iterable[str | None]) -> tuple[str, ...]:
    """Programs and their libraries."""
    found = _real(programs)
    return _real((*found, *(library for program in found for library in _libraries(program))))


def of_compiler(argv: Sequence[str], family: str) -> tuple[str, ...]:
    """The compiler's driver and the programs that it runs, without the linker."""
    names = _GCC_PROGRAMS if family == "gcc" else ()
    return with_libraries((argv[0], *_named(argv, names)))


def of_linking(argv: Sequence[str], flags: Sequence[str]) -> tuple[str, ...]:
    """The linker that the flags select, and what it links from the C and C++ libraries."""
    chosen = [f"ld.{flag.partition('=')[2]}" for flag in flags if flag.startswith("-fuse-ld=")]
    linkers = with_libraries(_named([*argv, *flags], ["ld", *chosen]))
    objects = (ask([*argv, *flags, f"-print-file-name={x}"]).strip() for x in _OBJECTS.split())
    return _real((*linkers, *(name for name in objects if os.path.isabs(name))))


def processor(flags: Iterable[str]) -> str:
    """The meaning of `-march=native` and similar flags on this machine; "" without such flags."""
    if not any(flag.endswith("=native") for flag in flags):
        return ""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8").partition("\n\n")[0]
    except OSError:
        return ask(["sysctl", "-n", "machdep.cpu"])
    lines = (line for line in first.splitlines() if not re.match(r".*(?:MHz|bogo)", line, re.I))
    return "\n".join(lines)


def _includes(names: str) -> str:
    lines = (f"#if __has_include(<{x}>)\n#include <{x}>\n#endif" for x in names.split())
    return "\n".join(lines) + "\n"


def headers(argv: Sequence[str], language: str, flags: Sequence[str]) -> tuple[str, ...]:
    """The system headers that a compiler with these flags reads; `language` is c or c++.

    None when the flags do not compile: the build reports that.
    """
    text = _includes(_C_HEADERS)
    if language == "c++":
        more = _includes(_CXX20_HEADERS)
        text += f"{_includes(_CXX_HEADERS)}#if __cplusplus > 201703L\n{more}#endif\n"
    rule = ask([*argv, *flags, *_ALL_OF_THEM, "-x", language, "-M", "-"], text)
    return _real(shlex.split(rule.partition(":")[2].replace("\\\n", " ")))


def include_folders(argv: Sequence[str], language: str, flags: Sequence[str]) -> tuple[str, ...]:
    """The compiler's include folders: a new header there may be used."""
    command = [*argv, *flags, "-x", language, "-E", "-v", os.devnull]
    printed = ask(["sh", "-c", f"{shlex.join(command)} 2>&1 >{os.devnull}"])
    listed = printed.partition("#include <...> search starts here:\n")[2].partition(
        "End of search"
    )[0]
    return tuple(os.path.realpath(line.strip()) for line in listed.splitlines())
