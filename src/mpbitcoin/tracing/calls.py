"""Combines lines to calls.

A trace can hold a million calls, so it stores columns of numbers instead of objects.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field, fields

from mpbitcoin.tracing.lines import UNKNOWN, Line, Thread

#: Default number of calls in a trace; the oldest are dropped.
MOST_CALLS = 1_000_000

#: Largest number of distinct texts and methods. More of them indicates garbage.
_MOST_NAMES = 10_000


def _column() -> array[int]:
    return array("q")


@dataclass
class Calls:
    """The columns: row n of each describes call n. Unknown values are UNKNOWN."""

    start: array[int] = field(default_factory=_column)  # µs since 1970
    duration: array[int] = field(default_factory=_column)  # µs; for unfinished calls until the end
    wait: array[int] = field(default_factory=_column)  # µs until a thread started it
    lane: array[int] = field(default_factory=_column)  # index of Trace.lanes
    method: array[int] = field(default_factory=_column)  # index of Trace.methods
    server: array[int] = field(default_factory=_column)  # 1 on the server's side
    number: array[int] = field(default_factory=_column)  # as in the log
    request: array[int] = field(default_factory=_column)  # bytes
    response: array[int] = field(default_factory=_column)  # bytes
    error: array[int] = field(default_factory=_column)  # index of Trace.errors
    finished: array[int] = field(default_factory=_column)  # 1 if the log has its end
    measured: array[int] = field(default_factory=_column)  # 1 if the duration is known
    partner: array[int] = field(default_factory=_column)  # row of the other side

    def __post_init__(self) -> None:
        self._columns: list[array[int]] = [getattr(self, one.name) for one in fields(self)]

    def __len__(self) -> int:
        return len(self.start)

    def add(self, start: int, lane: int, method: int, server: bool) -> int:
        """Append a call of which only this is known; returns its row."""
        for column in self._columns:
            column.append(UNKNOWN)
        row = len(self) - 1
        self.start[row], self.lane[row], self.method[row] = start, lane, method
        self.server[row], self.finished[row], self.measured[row] = int(server), 0, 0
        return row

    def end(self, row: int) -> int:
        """When a call ended, in µs since 1970."""
        return self.start[row] + self.duration[row]

    def forget(self, count: int) -> None:
        """Remove the first `count` rows."""
        for column in self._columns:
            del column[:count]

    def sort(self) -> None:
        """Order by start; for equal starts the longer call first, and the client's first."""
        order = sorted(
            range(len(self)), key=lambda n: (self.start[n], -self.duration[n], self.server[n])
        )
        for column in self._columns:
            column[:] = array("q", map(column.__getitem__, order))
        moved = array("q", bytes(8 * len(order)))
        for row, before in enumerate(order):
            moved[before] = row
        for row, partner in enumerate(self.partner):
            if partner != UNKNOWN:
                self.partner[row] = moved[partner]


class Names:
    """Texts with numbers, in the order of arrival."""

    def __init__(self, rest: str) -> None:
        self._rest = rest
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text; above a limit, all new texts share the number of `rest`."""
        if text not in self._numbers and len(self._numbers) >= _MOST_NAMES:
            text = self._rest
        return self._numbers.setdefault(text, len(self._numbers))

    def texts(self) -> list[str]:
        """The texts, ordered by number."""
        return list(self._numbers)


@dataclass
class Process:
    """A process; `forwarded` if its lines are in another process' log, with late times."""

    name: str
    pid: int
    forwarded: bool = False
    last: int = 0  # µs since 1970, of its last line

    def __str__(self) -> str:
        return f"{self.name}-{self.pid}"


@dataclass(frozen=True)
class Lane:
    """A thread: `process` is an index of Trace.processes; `peer` the thread it works for."""

    process: int
    thread: str
    peer: str


@dataclass
class Counts:
    """Counts of what was read. `lost` is the number of lines that processes reported as dropped."""

    lines: int = 0
    read: int = 0
    garbled: int = 0
    lost: int = 0
    forgotten: int = 0  # calls
    inexact: int = 0  # lines without microseconds
    untimed: int = 0  # of those, lines without any time


@dataclass(frozen=True)
class Trace:
    """All calls, ordered by start, and the tables that their numbers refer to."""

    calls: Calls
    processes: list[Process]
    lanes: list[Lane]
    methods: list[str]
    errors: list[str]
    counts: Counts

    @property
    def timed(self) -> bool:
        """Whether the log has times."""
        return self.counts.untimed < self.counts.read

    def process_of(self, row: int) -> int:
        """The index of the process that logged a call."""
        return self.lanes[self.calls.lane[row]].process


#: Key of an open call: process, whether on the server's side, number.
_Key = tuple[int, bool, int]


class Collector:
    """Combines lines to calls, of which it stores `most` to limit its memory."""

    def __init__(self, most: int = MOST_CALLS) -> None:
        self.counts = Counts()
        self._most = most
        self._calls = Calls()
        self._first = 0  # number of the call in row 0: earlier calls are dropped
        self._processes: dict[tuple[str, int], int] = {}
        self._told: list[Process] = []
        self._lanes: dict[Thread, int] = {}
        self._methods = Names("other.methods")
        self._errors = Names("(further texts are left out)")
        self._open: dict[_Key, int] = {}
        self._unnumbered: dict[int, list[int]] = {}  # per lane, the innermost last
        self._latest = 0
        self._steps: dict[str, Callable[[Line, bool], None]] = {
            "open": self._opened,
            "close": self._closed,
            "fail": self._closed,
            "post": self._handed_over,
            "run": self._handed_over,
        }

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, line: Line) -> None:
        """Add a line."""
        self.counts.read += 1
        if not line.exact:
            line = self._spread(line)
        lane = self._lane(line.thread)
        process = self._told[self._process(line.thread)]
        process.forwarded |= line.forwarded
        process.last = max(process.last, line.time)
        server = line.side == "server"
        if line.said.number == UNKNOWN:
            self._without_number(line, lane)
        else:
            self._steps[line.said.what](line, server)

    def trace(self) -> Trace:
        """The calls so far. Open calls last until their process' last line.

        The collector cannot be used after this.
        """
        calls = self._calls
        lanes = [
            Lane(self._process(thread), thread.name, thread.peer)
            for thread in sorted(self._lanes, key=self._lanes.__getitem__)
        ]
        for row in range(len(calls)):
            if calls.duration[row] == UNKNOWN:
                last = self._told[lanes[calls.lane[row]].process].last
                calls.duration[row] = max(0, last - calls.start[row])
        calls.sort()
        return Trace(
            calls, self._told, lanes, self._methods.texts(), self._errors.texts(), self.counts
        )

    def _spread(self, line: Line) -> Line:
        """A line without microseconds, at a time that keeps the lines' order."""
        self.counts.inexact += 1
        self.counts.untimed += line.time == UNKNOWN
        self._latest = max(self._latest + 1, line.time)
        return line._replace(time=self._latest)

    def _process(self, thread: Thread) -> int:
        key = (thread.process, thread.pid)
        if key not in self._processes:
            self._processes[key] = len(self._told)
            self._told.append(Process(*key))
        return self._processes[key]

    def _lane(self, thread: Thread) -> int:
        lane = self._lanes.get(thread)
        if lane is None:
            lane = self._lanes[thread] = len(self._lanes)
        return lane

    def _new(self, line: Line, start: int, method: str) -> int:
        """A new call's number; calls keep theirs while rows move."""
        if len(self._calls) >= self._most + self._most // 4:
            self._forget(len(self._calls) - self._most)
        lane = self._lane(line.thread)
        server = line.side == "server"
        row = self._calls.add(start, lane, self._methods.number(method), server)
        self._calls.number[row] = line.said.number
        self._calls.measured[row] = int(line.exact)
        return self._first + row

    def _forget(self, count: int) -> None:
        self._calls.forget(count)
        self._first += count
        self.counts.forgotten += count
        self._open = {key: call for key, call in self._open.items() if call >= self._first}
        self._unnumbered = {
            lane: kept
            for lane, calls in self._unnumbered.items()
            if (kept := [call for call in calls if call >= self._first])
        }

    def _opened(self, line: Line, server: bool) -> None:
        key = (self._process(line.thread), server, line.said.number)
        if (before := self._open.pop(key, None)) is not None:
            # The same number again: a new process has the same pid.
            row = before - self._first
            self._calls.duration[row] = max(0, line.time - self._calls.start[row])
        call = self._new(line, line.time, line.said.method)
        self._calls.request[call - self._first] = line.said.size
        self._open[key] = call

    def _closed(self, line: Line, server: bool) -> None:
        key = (self._process(line.thread), server, line.said.number)
        call = self._open.pop(key, None)
        if call is None:
            if not line.said.method:
                return
            # Its begin is not in the log: derive it from the duration.
            call = self._new(line, line.time - max(0, line.said.took), line.said.method)
        self._end(line, call)
        row = call - self._first
        if server and self._calls.wait[row] == UNKNOWN:
            # No line names the thread that worked on it. If another thread than the event
            # loop's answered, it is that one.
            self._calls.lane[row] = self._lane(line.thread)

    def _end(self, line: Line, call: int) -> None:
        said, row = line.said, call - self._first
        took = said.took if said.took != UNKNOWN else line.time - self._calls.start[row]
        self._calls.duration[row] = max(0, took)
        self._calls.measured[row] = int(
            said.took != UNKNOWN or (line.exact and self._calls.measured[row])
        )
        self._calls.finished[row] = 1
        if said.what == "fail":
            self._calls.error[row] = self._errors.number(said.text)
        else:
            self._calls.response[row] = said.size

    def _handed_over(self, line: Line, server: bool) -> None:
        call = self._open.get((self._process(line.thread), server, line.said.number))
        if call is None:
            return
        row = call - self._first
        self._calls.lane[row] = self._lane(line.said.posted or line.thread)
        if line.said.what == "run" and line.exact:
            self._calls.wait[row] = max(0, line.time - self._calls.start[row])

    def _without_number(self, line: Line, lane: int) -> None:
        """A client's call of an unpatched libmultiprocess: a thread's calls are nested."""
        waiting = self._unnumbered.setdefault(lane, [])
        if line.said.what == "open":
            waiting.append(self._new(line, line.time, line.said.method))
            return
        method = self._methods.number(line.said.method) if line.said.method else UNKNOWN
        for place in reversed(range(len(waiting))):
            call = waiting[place]
            if method in (UNKNOWN, self._calls.method[call - self._first]):
                self._end(line, call)
                del waiting[place:]  # calls nested in it cannot end any more
                break
