"""The machine's jobs, shared by all running builds: GNU make's job server on a fifo.

Ninja 1.13 and GNU make 4.4 are its clients. Every build always holds one job; the tokens in the
fifo are further jobs that it may take while they are free.

Under a make with a job server, we borrow jobs from that server and do not pass it on: our clients
do not support pipes, and the parent must get the jobs of a killed client back.
"""

from __future__ import annotations

import fcntl
import os
import re
import stat
import sys
import tempfile
import termios
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from mpbitcoin_depends import machine
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.usertext import whole_number

_TOKEN = b"+"
#: Seconds that a borrowed job waits for a client, and then stays returned.
_READY = 1.0
_SERVER = re.compile(r"--jobserver-(?:auth|fds)=(?:fifo:(?P<fifo>.+)|(?P<read>\d+),(?P<write>\d+))")
#: MAKEFLAGS is split at blanks: a path must not contain one.
_PLAIN = re.compile(r"[\w./+-]+")


def _words(makeflags: str) -> list[str]:
    """The flags: variables follow --."""
    return f"{makeflags} ".partition(" -- ")[0].split()


def _jobs(makeflags: str) -> int:
    """N of make's -jN; 0 when not given."""
    for word in _words(makeflags):
        if word.startswith("-j"):
            try:
                return whole_number(word[2:], 1, machine.MOST_JOBS)
            except ValueError:
                continue
    return 0


class Parent:
    """The job server of the make that runs us. For one thread only."""

    def __init__(self, read: int, write: int) -> None:
        self._read, self._write = read, write
        self._borrowed = b""

    @classmethod
    def of(cls, makeflags: str) -> Parent | None:
        """The job server in MAKEFLAGS; None when there is none or it is unusable."""
        found = [match for word in _words(makeflags) if (match := _SERVER.fullmatch(word))]
        if not found:
            return None
        try:
            if fifo := found[-1]["fifo"]:
                return cls._of_fifo(fifo)
            return cls._of_pipe(int(found[-1]["read"]), int(found[-1]["write"]))
        except (OSError, OverflowError):
            return None

    @classmethod
    def _of_fifo(cls, path: str) -> Parent | None:
        if not stat.S_ISFIFO(os.stat(path).st_mode):
            return None
        handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        return cls(handle, os.dup(handle))

    @classmethod
    def _of_pipe(cls, read: int, write: int) -> Parent | None:
        """From a pipe's descriptors; None if make did not pass them and they are other files."""
        ends = [os.fstat(read), os.fstat(write)]
        modes = [fcntl.fcntl(end, fcntl.F_GETFL) & os.O_ACCMODE for end in (read, write)]
        if not stat.S_ISFIFO(ends[0].st_mode) or not os.path.samestat(*ends):
            return None
        if modes != [os.O_RDONLY, os.O_WRONLY]:
            return None
        # Open the pipe again: non-blocking mode must not affect make's own descriptor.
        handle = os.open(f"/proc/self/fd/{read}", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        return cls(handle, os.dup(write))

    def borrow(self) -> bool:
        """Take a job; False when none is free."""
        try:
            token = os.read(self._read, 1)
        except BlockingIOError:
            return False
        self._borrowed += token
        return bool(token)

    def give_back(self) -> bool:
        """Return one of the borrowed jobs; False when there are none."""
        token, self._borrowed = self._borrowed[-1:], self._borrowed[:-1]
        return bool(token) and os.write(self._write, token) == 1

    def close(self) -> None:
        """Return all jobs."""
        while self.give_back():
            pass
        os.close(self._read)
        os.close(self._write)


def _plain_folder() -> str:
    """A folder for the fifo whose path has no blanks."""
    for folder in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):  # noqa: S108
        if _PLAIN.fullmatch(folder) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise MachineError(
        f"the job server cannot use the temporary folder {tempfile.gettempdir()}: unusual letters",
        "choose one without blanks: TMPDIR=/var/tmp",
    )


class JobServer:
    """A fifo with tokens for `jobs`, or from a parent; use it in a `with` block in one thread."""

    def __init__(self, jobs: int, parent: Parent | None = None) -> None:
        self.jobs = jobs
        self._parent = parent
        self._folder = tempfile.TemporaryDirectory(prefix="mpbitcoin-jobs-", dir=_plain_folder())
        self.fifo = Path(self._folder.name) / "jobs"
        self._handle = -1
        self._idle_since = self._away_until = 0.0

    @classmethod
    def of(cls, jobs: int, environment: Mapping[str, str] | None = None) -> JobServer:
        """With `jobs` if not 0, else with the jobs of the parent make, else one per core."""
        makeflags = (os.environ if environment is None else environment).get("MAKEFLAGS", "")
        parent = None if jobs else Parent.of(makeflags)
        return cls(jobs or _jobs(makeflags) or machine.cores(), parent)

    @property
    def is_borrowed(self) -> bool:
        """Whether the jobs belong to a parent make."""
        return self._parent is not None

    def __enter__(self) -> JobServer:
        os.mkfifo(self.fifo, 0o600)
        self._handle = os.open(self.fifo, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        # A client of a job server always has one job.
        os.write(self._handle, _TOKEN * (1 if self._parent else self.jobs))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._parent:
            self._parent.close()
        os.close(self._handle)
        self._folder.cleanup()

    @property
    def makeflags(self) -> str:
        """MAKEFLAGS for the clients."""
        return f" -j{self.jobs} --jobserver-auth=fifo:{self.fifo}"

    def take(self) -> bool:
        """Take a token for a new build; False when none is free."""
        return self._take_ours() or (self._parent is not None and self._parent.borrow())

    def _take_ours(self) -> bool:
        try:
            return bool(os.read(self._handle, 1))
        except BlockingIOError:
            return False

    def give(self) -> None:
        """Return the token of a finished build."""
        os.write(self._handle, _TOKEN)

    def balance(self, now: float) -> None:
        """Keep one job of the parent ready for our clients, which cannot ask for one.

        Call this often; `now` is a time in seconds. Returns the job when it stays unused.
        """
        if not self._parent:
            return
        free = self._free()
        if free == 0:
            self._idle_since = now
            if now >= self._away_until and self._parent.borrow():
                self.give()
        elif free > 1 or now - self._idle_since >= _READY:
            if not self._take_ours():  # a client was faster
                return
            if self._parent.give_back():
                self._away_until = now + _READY
            else:
                self.give()

    def _free(self) -> int:
        """Number of free tokens."""
        raw = fcntl.ioctl(self._handle, termios.FIONREAD, bytes(4))
        return int.from_bytes(raw, sys.byteorder)
