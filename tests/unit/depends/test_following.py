"""Long commands followed on a terminal."""

from __future__ import annotations

import os
import pty
import sys
import threading
from pathlib import Path

import pytest

from mpbitcoin_depends.following import Ended, follow, step
from mpbitcoin_depends.progress import Progress
from tests.waiting import wait_until

COMMAND = """\
import sys, time, pathlib
print("[3/7] compiling", flush=True)
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.01)
sys.exit(5)
"""


def test_what_it_is_at_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    log, go = tmp_path / "log", tmp_path / "go"
    log.write_text("[1/1] of an earlier run\n")
    shown: list[bytes] = []
    ticks: list[int] = []

    def read() -> bool:
        shown.append(os.read(ours, 1000))
        return b"building 3/7" in b"".join(shown)

    def look() -> None:
        wait_until(read, "see the step")
        go.touch()

    with os.fdopen(theirs, "w") as stream:
        progress = Progress(stream)
        thread = threading.Thread(target=look)
        thread.start()
        command = [sys.executable, "-c", COMMAND, str(go)]
        ended = follow(
            *("building", command, log, progress), append=True, tick=lambda: ticks.append(1)
        )
        thread.join()
        progress.close()
    os.close(ours)
    assert ended == Ended(5, len("[1/1] of an earlier run\n"))
    assert ticks
    assert step(log) == "3/7"
    assert step(log, len(log.read_bytes())) == ""


def test_a_log_that_is_not_there_has_no_step(tmp_path: Path) -> None:
    assert step(tmp_path / "none") == ""
    (tmp_path / "make").write_text("[ 12%] Building\n[ 50%] Building\n")
    assert step(tmp_path / "make") == "50 %"


def test_interrupted_it_ends(tmp_path: Path) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    command = [sys.executable, "-c", "import time; time.sleep(1000)"]
    with pytest.raises(KeyboardInterrupt):
        follow("building", command, tmp_path / "log", Progress(quiet=True), tick=interrupt)
