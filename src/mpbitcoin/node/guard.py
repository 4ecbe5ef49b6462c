"""Run a command that must not outlive the process that started this one.

    python -I -S guard.py COMMAND...        standard input: a pipe from the owner

The first line of our output is the command's process id; the command's own output goes to
standard error. We end as the command ends. When the pipe closes, because its owner closed it or
died, we kill our process group: the command and its children. When we are killed, Linux kills the
command. Imports only a little of the standard library: this starts with every node under test.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

_PR_SET_PDEATHSIG = 1
_CANNOT_RUN = 127


def _become(command: list[str], guard: int) -> NoReturn:
    """Run the command in the forked child."""
    try:
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != guard:  # it died before we asked
                os._exit(_CANNOT_RUN)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)
        os.execv(command[0], command)
    except OSError as error:
        os.write(2, f"cannot run {command[0]}: {error.strerror}\n".encode())
    os._exit(_CANNOT_RUN)


def _end_as(status: int) -> NoReturn:
    """Exit like the child: with the same exit code or by the same signal."""
    if os.WIFSIGNALED(status):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        number = os.WTERMSIG(status)
        with contextlib.suppress(OSError):  # SIGKILL has no handler
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def main(command: list[str]) -> NoReturn:
    """Run `command` for as long as the pipe on standard input is open."""
    with contextlib.suppress(PermissionError):  # we already lead a session
        os.setsid()  # Ctrl-C and killpg() below must not reach other processes
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    guard = os.getpid()
    child = os.fork()
    if child == 0:
        _become(command, guard)
    os.write(1, b"%d\n" % child)
    os.close(1)
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 64)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                _end_as(status)
        if 0 in ready and not os.read(0, 64):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)  # our parent may use its files immediately
            os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
