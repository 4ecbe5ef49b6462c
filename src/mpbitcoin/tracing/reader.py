"""Reads lines from files, standard input, and growing files."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO

from mpbitcoin.errors import MpbitcoinError, UsageError
from mpbitcoin.tracing.calls import Collector
from mpbitcoin.tracing.lines import Line, Parser, looks_like_a_call

#: Longer lines are not calls; they are read in pieces, to limit memory.
_LONGEST = 1 << 16
#: Seconds between reads of a growing file.
_PAUSE = 0.1
_LOST = re.compile(rb"\((\d+) lines were dropped: the log was not read\)")
#: First bytes of compressed logs, and the functions that open them.
_PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}


def _unpacker(stream: BinaryIO) -> Callable[..., Any] | None:
    """The function that opens a compressed log; None for other logs."""
    if not stream.seekable():
        return None
    begin = stream.read(6)
    stream.seek(0)
    return next((opener for magic, opener in _PACKED.items() if begin.startswith(magic)), None)


@contextmanager
def opened(log: Path) -> Iterator[IO[bytes]]:
    """Open a log, compressed or not. Raises MpbitcoinError when it cannot be read to its end."""
    with log.open("rb") as stream:
        unpacker = _unpacker(stream)
        if unpacker is None:
            yield stream
            return
        try:
            with unpacker(stream) as unpacked:
                yield unpacked
        except (EOFError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, ValueError) as error:
            raise MpbitcoinError(
                f"{log} is damaged: {error}",
                f"read its intact part: `zcat {log} | mpbitcoin ipc trace -`",
            ) from error


class Reader:
    """Passes lines to a collector and counts unreadable ones."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._counts = collector.counts
        self._parser = Parser()
        #: The first unreadable line about a call.
        self.puzzle = b""

    def take(self, raw: bytes) -> None:
        """A line with its newline; a line without one was cut."""
        self._counts.lines += 1
        line = self._parser.parse(raw) if raw.endswith(b"\n") else None
        if line is not None:
            self._collector.add(line)
        elif looks_like_a_call(raw):
            self._counts.garbled += 1
            self.puzzle = self.puzzle or raw
        elif found := _LOST.search(raw):
            self._counts.lost += int(found[1])

    def read(self, stream: IO[bytes]) -> Iterator[int]:
        """Read all lines of a stream; yields their number from time to time."""
        count = 0
        while raw := stream.readline(_LONGEST):
            self.take(raw)
            count += 1
            if count % 10_000 == 0:
                yield count


def find(place: Path) -> Path:
    """The path of the log: a file, or debug.log in a data directory. Raises UsageError."""
    if not place.is_dir():
        if not place.exists():
            raise UsageError(f"no such log: {place}", "pass a debug.log, or - for stdin")
        return place
    networks = ("", "regtest", "signet", "testnet4", "testnet3")
    found = [log for name in networks if (log := place / name / "debug.log").exists()]
    if len(found) != 1:
        names = ", ".join(map(str, found)) or "none in it or in the networks' folders"
        raise UsageError(f"{place} must contain exactly one debug.log: {names}", "pass a debug.log")
    return found[0]


def in_order(logs: Sequence[Path]) -> list[Path]:
    """Logs ordered by their first call: brings parts of a rotated log into order."""

    def begin(log: Path) -> int:
        parser = Parser()
        with opened(log) as stream:
            while raw := stream.readline(_LONGEST):
                line: Line | None = parser.parse(raw)
                if line is not None:
                    return line.time
        return 0

    return sorted(logs, key=begin)


class Followed:
    """A growing log, which may be truncated or replaced by a new one."""

    def __init__(self, path: Path, from_end: bool) -> None:
        self._path = path
        self._stream: BinaryIO = path.open("rb")
        if _unpacker(self._stream):
            self._stream.close()
            raise UsageError(f"cannot follow {path}: it is compressed", "leave out --follow")
        if from_end:
            self._stream.seek(0, os.SEEK_END)
        self._rest = b""

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def lines(self) -> Iterator[bytes]:
        """The complete lines added since the last call."""
        while raw := self._stream.readline(_LONGEST):
            self._rest += raw
            if raw.endswith(b"\n") or len(self._rest) >= _LONGEST:
                yield self._rest
                self._rest = b""
        self._reopen()

    def _reopen(self) -> None:
        """Open the new file if the old one was moved; start over if it was truncated."""
        try:
            now = self._path.stat()
            ours = os.fstat(self._stream.fileno())
            if (now.st_dev, now.st_ino) != (ours.st_dev, ours.st_ino):
                new = self._path.open("rb")
        except FileNotFoundError:
            return  # between two files
        if (now.st_dev, now.st_ino) != (ours.st_dev, ours.st_ino):
            self._stream.close()
            self._stream = new
        elif now.st_size < self._stream.tell():
            self._stream.seek(0)
        else:
            return
        self._rest = b""


def follow(
    logs: Sequence[Path],
    reader: Reader,
    until: Callable[[], bool],
    from_end: bool = False,
    show: Callable[[], None] = lambda: None,
) -> None:
    """Read the logs and lines added to them, until `until` returns true.

    Calls the callback `show` after each read. An interrupt also ends it, without an error.
    """
    followed = [Followed(log, from_end) for log in logs]
    try:
        while True:
            last = until()
            for one in followed:
                for raw in one.lines():
                    reader.take(raw)
            show()
            if last:
                return
            time.sleep(_PAUSE)
    except KeyboardInterrupt:
        return
    finally:
        for one in followed:
            one.close()
