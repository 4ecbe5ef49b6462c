"""Shows progress while packages are fetched and built. Thread-safe."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import TextIO

from mpbitcoin_depends.files import human_time

#: Seconds between status lines when the output is not a terminal.
_QUIET_INTERVAL = 30.0


class Progress:
    """Lines on stderr, and on a terminal one line that changes in place."""

    def __init__(self, stream: TextIO | None = None, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._quiet = quiet
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._shown = ""
        self._last = 0.0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def now(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._started

    def line(self, text: str) -> None:
        """Print a permanent line."""
        if self._quiet:
            return
        with self._lock:
            self._clear()
            print(text, file=self._stream, flush=True)

    def note(self, text: str) -> None:
        """Show a temporary line, on terminals only."""
        if self._live:
            self.status([text], force=True)

    def status(self, parts: Sequence[str], force: bool = False) -> None:
        """Show the current activity."""
        if self._quiet:
            return
        text = f"  {human_time(self.now())}: {', '.join(part.strip() for part in parts)}"
        with self._lock:
            if self._live:
                width = self._width()
                if text[:width] != self._shown or force:
                    self._clear()
                    self._shown = text[:width]
                    print(self._shown, end="", file=self._stream, flush=True)
            elif parts and self.now() - self._last >= _QUIET_INTERVAL:
                self._last = self.now()
                print(text, file=self._stream, flush=True)

    def _width(self) -> int:
        """Width of a line. Assumes a usual width when the terminal reports none."""
        return max(1, (os.get_terminal_size(self._stream.fileno()).columns or 80) - 1)

    def close(self) -> None:
        """Erase the changing line."""
        with self._lock:
            self._clear()

    def _clear(self) -> None:
        if self._shown:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
            self._shown = ""
