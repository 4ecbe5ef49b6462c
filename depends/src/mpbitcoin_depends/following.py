"""Runs long commands: writes their output to a log and shows their progress."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import process
from mpbitcoin_depends.progress import Progress

_TICK = 0.1
_NINJA = re.compile(rb"\[(\d+)/(\d+)\]")
_MAKE = re.compile(rb"\[ *(\d+)%\]")


def tail(log: Path, size: int, offset: int = 0) -> bytes:
    """The last `size` bytes of a log after `offset`; empty without a log."""
    try:
        with log.open("rb") as stream:
            stream.seek(max(offset, log.stat().st_size - size))
            return stream.read()
    except OSError:
        return b""


def step(log: Path, offset: int = 0) -> str:
    """The last step that Ninja (n/m) or Make (n %) printed after `offset`; empty without one."""
    last = tail(log, 4096, offset)
    if steps := _NINJA.findall(last):
        return b"/".join(steps[-1]).decode()
    if steps := _MAKE.findall(last):
        return f"{steps[-1].decode()} %"
    return ""


@dataclass(frozen=True)
class Ended:
    """A command's exit status, and where its output starts in the log."""

    status: int
    offset: int


def follow(
    what: str,
    command: Sequence[str],
    log: Path,
    progress: Progress,
    *,
    append: bool = False,
    env: Mapping[str, str | None] | None = None,
    tick: Callable[[], None] = lambda: None,
) -> Ended:
    """Run `command` and call `tick` regularly. An interrupt also ends the command."""
    with log.open("ab" if append else "wb") as stream:
        offset = stream.tell()
        running = process.spawn(command, output=stream, env=env)
        try:
            while running.poll() is None:
                progress.status([f"{what} {step(log, offset)}"])
                tick()
                time.sleep(_TICK)
        except BaseException:
            running.terminate()
            running.wait()
            raise
    return Ended(running.returncode, offset)
