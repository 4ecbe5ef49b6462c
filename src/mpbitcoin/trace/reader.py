"""Where lines come from: files, standard input, and files that are still written."""

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
from mpbitcoin.trace.calls import Collector
from mpbitcoin.trace.lines import Line, Parser, looks_like_a_call

#: Longer lines are no calls; they are read in pieces, so that none fills the memory.
_LONGEST = 1 << 16
#: Seconds between looks at a file that is still written.
_PAUSE = 0.1
_LOST = re.compile(rb"\((\d+) lines were dropped: the log was not read\)")
#: How compressed logs begin, and what opens them.
_PACKED: dict[bytes, Callable[..., Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}


def _unpacker(stream: BinaryIO) -> Callable[..., Any] | None:
    """What opens a log that is compressed."""
    if not stream.seekable():
        return None
    begin = stream.read(6)
    stream.seek(0)
    return next((opener for magic, opener in _PACKED.items() if begin.startswith(magic)), None)


@contextmanager
def opened(log: Path) -> Iterator[IO[bytes]]:
    """A log, compressed or not. Raises MpbitcoinError when it can't be read to its end."""
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
                f"read what is left: `zcat {log} | mpbitcoin ipc trace -`",
            ) from error


class Reader:
    """Hands lines to a collector and counts what could not be read."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._counts = collector.counts
        self._parser = Parser()
        #: The first line about a call that could not be read.
        self.puzzle = b""

    def take(self, raw: bytes) -> None:
        """A whole line, with its end; one without was cut."""
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
        """All lines of a stream; yields their number from time to time."""
        count = 0
        while raw := stream.readline(_LONGEST):
            self.take(raw)
            count += 1
            if count % 10_000 == 0:
                yield count


def find(place: Path) -> Path:
    """The log that is meant: a file, or debug.log in a data directory. Raises UsageError."""
    if not place.is_dir():
        if not place.exists():
            raise UsageError(f"there is no log {place}", "name a debug.log, or - for stdin")
        return place
    networks = ("", "regtest", "signet", "testnet4", "testnet3")
    found = [log for name in networks if (log := place / name / "debug.log").exists()]
    if len(found) != 1:
        told = ", ".join(map(str, found)) or "none in it or its networks' folders"
        raise UsageError(f"which log of {place}? {told}", "name a debug.log")
    return found[0]


def in_order(logs: Sequence[Path]) -> list[Path]:
    """Logs by their first call, so that parts of one that was rotated come in their order."""

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
    """A log that is still written, and may be cut or replaced by a new one meanwhile."""

    def __init__(self, path: Path, from_end: bool) -> None:
        self._path = path
        self._stream: BinaryIO = path.open("rb")
        if _unpacker(self._stream):
            self._stream.close()
            raise UsageError(f"{path} is compressed: nothing is added to it", "leave out --follow")
        if from_end:
            self._stream.seek(0, os.SEEK_END)
        self._rest = b""

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def lines(self) -> Iterator[bytes]:
        """The whole lines that have come since the last call."""
        while raw := self._stream.readline(_LONGEST):
            self._rest += raw
            if raw.endswith(b"\n") or len(self._rest) >= _LONGEST:
                yield self._rest
                self._rest = b""
        self._reopen()

    def _reopen(self) -> None:
        """Begin with a new file if the old one was moved away, or anew if it was cut."""
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
    told: Callable[[], None] = lambda: None,
) -> None:
    """Read the logs and what is added to them, until `until` says that it is enough.

    `told` is called after each look. An interrupt ends it as well, without an error.
    """
    followed = [Followed(log, from_end) for log in logs]
    try:
        while True:
            last = until()
            for one in followed:
                for raw in one.lines():
                    reader.take(raw)
            told()
            if last:
                return
            time.sleep(_PAUSE)
    except KeyboardInterrupt:
        return
    finally:
        for one in followed:
            one.close()
