"""How far the reading is: lines that stay and, on a terminal, one that changes in place."""

from __future__ import annotations

import os
import sys


class Status:
    """Lines on stderr."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._shown = ""

    def line(self, text: str) -> None:
        """A line that stays."""
        self.close()
        print(text, file=sys.stderr, flush=True)

    def note(self, text: str) -> None:
        """The line that changes; shown on terminals only."""
        if self._live:
            # Assume a usual size when the terminal reports none.
            width = max(1, (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1)
            self.close()
            self._shown = text[:width]
            print(self._shown, end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Take the changing line away."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = ""
