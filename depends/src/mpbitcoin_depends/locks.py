"""File locks between processes and threads; the kernel releases them when a process dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mpbitcoin_depends.errors import MachineError


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise MachineError(
            f"cannot open the lock file {path}: {error.strerror or error}",
            "make its folder writable or choose another folder",
        ) from error


def _same_file(descriptor: int, path: Path) -> bool:
    """Whether `path` still names the file that `descriptor` has locked."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def lock(
    path: Path, exclusive: bool = True, waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the lock file `path` (made with its parents) inside the `with` block.

    The lock is exclusive, or shared with other shared holders. If it is taken, call `waiting`
    once with a line to show, then wait without limit. Each call locks separately: threads of one
    process exclude each other too, and locking twice in one thread never returns. The file
    remains.
    Raises MachineError when the lock file cannot be opened.
    """
    kind = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
    while True:
        descriptor = _open(path)
        try:
            try:
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if waiting is not None:
                    waiting(f"waiting for another run that holds {path}")
                    waiting = None
                fcntl.flock(descriptor, kind)
            if not _same_file(descriptor, path):  # it was removed in the meantime
                continue
            yield
            return
        finally:
            os.close(descriptor)
