"""Reports all errors of a command line, and returns its exit status."""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Callable
from typing import Any

from mpbitcoin_depends import paths
from mpbitcoin_depends.errors import DependsError, MachineError

INTERRUPTED = 130
#: System errors that can happen anywhere, with their hints. Other errors are handled where they
#: are expected, or are bugs.
_MACHINE = {
    errno.ENOSPC: "free disk space",
    errno.EDQUOT: "free disk space or raise the quota",
    errno.EIO: "check the disk",
    errno.EMFILE: "raise the limit of open files: ulimit -n",
    errno.ENFILE: "stop programs that have many open files",
    errno.ENOMEM: "stop other programs or add memory",
}
#: The same for errors that name a file.
_FILE = {
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EROFS: "choose a writable folder",
}


def _nobody_reads() -> bool:
    """Whether the reader of our output has ended: `mpbitcoin … | head`."""
    poll = select.poll()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            poll.register(stream.fileno(), 0)
        except (io.UnsupportedOperation, ValueError):  # replaced by a test, or closed
            continue
    return bool(poll.poll(0))


def _discard_output() -> None:
    """Discard output that cannot be written: Python would retry, and fail, at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _shown(error: Any) -> int:
    print(f"error: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"  hint: {paths.as_called(error.hint)}", file=sys.stderr)
    status: int = error.exit_code
    return status


def guarded(run: Callable[[], int], *errors: type[Exception]) -> int:
    """The result of `run`; for an error, show it and return its exit status.

    `errors` are more kinds of errors with a message, a hint and an exit code.
    """
    kinds: tuple[type[Exception], ...] = (DependsError, *errors)
    try:
        try:
            return run()
        finally:
            if sys.stdout:  # None when the caller has closed it
                sys.stdout.flush()
    except kinds as error:
        return _shown(error)
    except OSError as error:
        unread = isinstance(error, BrokenPipeError) and _nobody_reads()
        if sys.stdout:
            _discard_output()
        if unread:
            sys.stderr.close()
            return 1
        known = _MACHINE | _FILE if error.filename else _MACHINE
        if error.errno not in known:
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror}", file=sys.stderr)
        print(f"  hint: {known[error.errno]}", file=sys.stderr)
        return MachineError.exit_code
    except KeyboardInterrupt:
        print("interrupted; finished work is kept, run again to continue", file=sys.stderr)
        return INTERRUPTED
