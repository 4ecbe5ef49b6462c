"""Starts a program to which a system call fails, as with an older kernel.

The arguments are the name of a filter and the program's command line. The process id stays.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ERROR = 0x7FFF0000, 0x50000
#: Offsets of a system call's number and arguments in the data that a filter reads.
_NUMBER, _SECOND, _THIRD = 0, 16 + 1 * 8, 16 + 2 * 8
_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_RESTRICT_SELF = 446
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_TGKILL = {"x86_64": 234, "aarch64": 131}
_GETSOCKOPT = {"x86_64": 55, "aarch64": 209}
_GETEUID = {"x86_64": 107, "aarch64": 175}
_SO_PEERCRED = 17

#: Seccomp filters by their names.
_FILTERS = {
    "landlock": (
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 1, _LANDLOCK_CREATE_RULESET),
        (_RETURN, 0, 0, _ERROR | errno.ENOSYS),
        (_RETURN, 0, 0, _ALLOW),
    ),
    "other threads": (
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 5, 0, _TGKILL[os.uname().machine]),
        (_EQUAL, 1, 0, _SECCOMP[os.uname().machine]),
        (_EQUAL, 0, 2, _LANDLOCK_RESTRICT_SELF),
        (_LOAD, 0, 0, _SECOND),  # the flags of both
        (_EQUAL, 0, 1, 0),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
    ),
    "peer users": (
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 3, _GETSOCKOPT[os.uname().machine]),
        (_LOAD, 0, 0, _THIRD),
        (_EQUAL, 0, 1, _SO_PEERCRED),
        (_RETURN, 0, 0, _ERROR | errno.EINVAL),
        (_RETURN, 0, 0, _ALLOW),
    ),
    "own user": (
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 1, _GETEUID[os.uname().machine]),
        (_RETURN, 0, 0, _ERROR | errno.ENOENT),
        (_RETURN, 0, 0, _ALLOW),
    ),
}
WITHOUT_LANDLOCK = (sys.executable, __file__, "landlock")
#: Signals to threads fail, and a thread can confine only itself.
WITHOUT_OTHER_THREADS = (sys.executable, __file__, "other threads")
#: The system does not report the user on the other side of a socket.
WITHOUT_PEER_USERS = (sys.executable, __file__, "peer users")
#: The program takes the error for the number of its user.
WITHOUT_OWN_USER = (sys.executable, __file__, "own user")


def _apply(name: str) -> None:
    """Apply a filter to this process and its children."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in _FILTERS[name])
    text = ctypes.create_string_buffer(code)
    program = struct.pack("@HP", len(_FILTERS[name]), ctypes.addressof(text))
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    assert libc.prctl(22, 2, program, 0, 0) == 0  # PR_SET_SECCOMP, with a filter


if __name__ == "__main__":
    _apply(sys.argv[1])
    os.execv(sys.argv[2], sys.argv[2:])
