"""Checks thousands of small files against their digests, on all cores.

Each file costs some microseconds of Python, so threads would only wait for one another: the
checks run in forked processes while the caller continues.
"""

from __future__ import annotations

import errno
import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from mpbitcoin_depends import machine
from mpbitcoin_depends.errors import MachineError

#: Checking fewer files than this is faster than forking a process.
_WORTH_A_FORK = 200

Check = tuple[str, str]


def fault(path: str, digest: str) -> str:
    """The fault of the file at `path`, whose MD5 should be `digest`; "" if there is none.

    For a symbolic link, hashes its target, as Conan's manifests do.
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

    At its end, raise the exception that `damaged` returns for the first faulty path and its fault.
    """
    cores = machine.cores()
    # A fork copies locks that other threads may hold.
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
    """A checking process: its id, and a pipe with the first fault or nothing."""
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
            "a process that checked packages was killed", "run again; check whether memory ran out"
        )
    return said
