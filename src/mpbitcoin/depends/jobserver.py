"""The machine's jobs, shared by all builds at once: GNU make's job server on a fifo.

Ninja 1.13 and GNU make 4.4 are its clients. Every build holds one job by itself; the
tokens in the fifo are the further ones it may take while others leave them unused.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import TracebackType

_TOKEN = b"+"


class JobServer:
    """A fifo with `jobs` tokens; use in a `with` block, from one thread."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._folder = tempfile.TemporaryDirectory(prefix="mpbitcoin-jobs-")
        self.fifo = Path(self._folder.name) / "jobs"
        self._handle = -1

    def __enter__(self) -> JobServer:
        os.mkfifo(self.fifo, 0o600)
        self._handle = os.open(self.fifo, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        os.write(self._handle, _TOKEN * self.jobs)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)
        self._folder.cleanup()

    @property
    def makeflags(self) -> str:
        """MAKEFLAGS for the clients."""
        return f" -j{self.jobs} --jobserver-auth=fifo:{self.fifo}"

    def take(self) -> bool:
        """Take a token for a build about to start; False when none is free."""
        try:
            return bool(os.read(self._handle, 1))
        except BlockingIOError:
            return False

    def give(self) -> None:
        """Give the token of a finished build back."""
        os.write(self._handle, _TOKEN)
