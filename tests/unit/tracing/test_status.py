"""Status lines on terminals of any size."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios

import pytest

from mpbitcoin.tracing.status import Status


@pytest.mark.parametrize(("columns", "shown"), [(0, 79), (1, 1), (40, 39), (200, 150)])
def test_a_note_fits_into_its_line(
    columns: int, shown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(theirs, "w") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        Status().note("x" * 150)
        assert os.read(ours, 1000) == b"x" * shown
    os.close(ours)
