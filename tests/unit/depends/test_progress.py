"""Progress on terminals of any size."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from mpbitcoin_depends.progress import Progress


@pytest.fixture
def terminal() -> Iterator[tuple[int, TextIO]]:
    """The two ends of a terminal: ours, and the one that a program writes to."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stream:
        yield ours, stream
    os.close(ours)


@pytest.mark.parametrize(("columns", "shown"), [(0, 79), (1, 1), (40, 39), (200, 150)])
def test_a_status_fits_into_its_line(
    terminal: tuple[int, TextIO], columns: int, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, stream = terminal
    fcntl.ioctl(stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    progress = Progress(stream)
    monkeypatch.setattr(progress, "now", lambda: 1.0)
    progress.status(["x" * (150 - len("  1.0 s: "))])
    assert len(os.read(ours, 1000)) == shown
