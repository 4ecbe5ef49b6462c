"""Checking thousands of small files against their digests, on all cores.

Each file costs some microseconds of Python, so threads would only wait for one another: the
checks run in forked processes, while the caller goes on.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from mpbitcoin import machine
from mpbitcoin.errors import MachineError

#: Fewer files than this are checked faster than a process is forked.
_WORTH_A_FORK = 200

Check = tuple[str, str]


def fault(path: str, digest: str) -> str:
    """What is wrong with the file at `path`, whose MD5 should be `digest`; "" if nothing.

    Of a symbolic link the text is meant, as in Conan's manifests.
    """
    try:
        content = _content(path)
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    same = hashlib.md5(content, usedforsecurity=False).hexdigest() == digest
    return "" if same else "has changed"


def _content(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return os.fsencode(os.readlink(path))
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        return stream.readall()


def _first_fault(checks: Sequence[Check]) -> tuple[str, str] | None:
    for path, digest in checks:
        if why := fault(path, digest):
            return path, why
    return None


@contextmanager
def checking(checks: Sequence[Check], damaged: Callable[[str, str], Exception]) -> Iterator[None]:
    """Check files (path, MD5) while the `with` block runs.

    At its end raises what `damaged` makes of the first faulty path and what is wrong with it.
    """
    cores = machine.cores()
    # A fork copies the locks of other threads as they are, held or not.
    alone = threading.active_count() == 1
    if not alone or len(checks) < _WORTH_A_FORK:
        found = _first_fault(checks)
        if found:
            raise damaged(*found)
        yield
        return
    children = [_fork(checks[number::cores]) for number in range(cores)]
    try:
        yield
    finally:
        answers = [_answer(*child) for child in children]
    for answer in answers:
        if answer:
            path, why = answer.split("\0")
            raise damaged(path, why)


def _fork(checks: Sequence[Check]) -> tuple[int, int]:
    """A process that checks: its id, and a pipe that brings the first fault or nothing."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write_end)
        return pid, read_end
    status = 1
    try:
        found = _first_fault(checks)
        os.write(write_end, os.fsencode("\0".join(found)) if found else b"")
        status = 0
    finally:
        os._exit(status)


def _answer(pid: int, read_end: int) -> str:
    with os.fdopen(read_end, "rb") as stream:
        said = os.fsdecode(stream.read())
    _, status = os.waitpid(pid, 0)
    if status and not said:
        raise MachineError(
            "a process that checked the packages died", "run again; is the machine out of memory?"
        )
    return said
