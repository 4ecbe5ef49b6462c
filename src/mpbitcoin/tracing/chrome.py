"""Writes Chrome's JSON trace format, for chrome://tracing and ui.perfetto.dev."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mpbitcoin.tracing.calls import Trace
from mpbitcoin.tracing.lines import UNKNOWN

#: First thread id: thread ids must differ from process ids, because a thread with a process' id
#: counts as its main thread.
_FIRST_TID = 1 << 24


def _fits(ends: list[int], start: int, end: int) -> bool:
    """Whether a call is nested in the running calls of a track; drops ended calls."""
    while ends and ends[-1] <= start:
        ends.pop()
    return not ends or end <= ends[-1]


class _Tracks:
    """A thread's calls on tracks, as the format requires: calls on one track are nested."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._open: list[list[list[int]]] = [[] for _ in trace.lanes]  # ends, per lane and track
        self._ids: dict[tuple[int, int], int] = {}

    def place(self, row: int) -> int:
        """The track id for a call; pass calls in the order of their starts."""
        calls = self._trace.calls
        lane, start, end = calls.lane[row], calls.start[row], calls.end(row)
        tracks = self._open[lane]
        number = 0
        while number < len(tracks) and not _fits(tracks[number], start, end):
            number += 1
        if number == len(tracks):
            tracks.append([])
        tracks[number].append(end)
        return self._ids.setdefault((lane, number), _FIRST_TID + len(self._ids))

    def names(self) -> Iterator[tuple[int, int, str]]:
        """Process index, track id and name of each track in use."""
        for (lane, number), track in self._ids.items():
            one = self._trace.lanes[lane]
            peer = f" (from {one.peer})" if one.peer else ""
            again = f" ({number + 1})" if number else ""
            yield one.process, track, f"{one.thread}{peer}{again}"


def _pids(trace: Trace) -> list[int]:
    """Ids for the processes: their own, unless two processes have the same."""
    own = [process.pid for process in trace.processes]
    return own if len(set(own)) == len(own) else list(range(1, len(own) + 1))


def _arguments(trace: Trace, row: int) -> dict[str, Any]:
    calls = trace.calls
    known = {
        "number": calls.number[row],
        "request bytes": calls.request[row],
        "response bytes": calls.response[row],
        "waited µs": calls.wait[row],
    }
    said: dict[str, Any] = {"side": "server" if calls.server[row] else "client"}
    said |= {name: value for name, value in known.items() if value != UNKNOWN}
    if calls.error[row] != UNKNOWN:
        said["error"] = trace.errors[calls.error[row]]
    if not calls.finished[row]:
        said["unfinished"] = True
    elif not calls.measured[row]:
        said["duration"] = "not known"
    return said


def _events(trace: Trace) -> Iterator[dict[str, Any]]:
    calls, pids, tracks = trace.calls, _pids(trace), _Tracks(trace)
    begin = calls.start[0] if len(calls) else 0
    for row in range(len(calls)):
        method = trace.methods[calls.method[row]]
        where = {
            "pid": pids[trace.process_of(row)],
            "tid": tracks.place(row),
            "ts": calls.start[row] - begin,
        }
        yield {
            "ph": "X",
            "name": method,
            "cat": method.rpartition(".")[0],
            **where,
            "dur": calls.duration[row],
            "args": _arguments(trace, row),
        }
        partner = calls.partner[row]
        if partner != UNKNOWN:
            flow = {"name": "call", "cat": "ipc", "id": partner if calls.server[row] else row}
            kind = {"ph": "f", "bp": "e"} if calls.server[row] else {"ph": "s"}
            yield {**kind, **flow, **where}
    for number, process in enumerate(trace.processes):
        yield _name("process_name", str(process), pid=pids[number])
    for number, track, name in tracks.names():
        yield _name("thread_name", name, pid=pids[number], tid=track)


def _name(kind: str, name: str, **where: int) -> dict[str, Any]:
    return {"ph": "M", "name": kind, **where, "args": {"name": name}}


def parts(trace: Trace) -> Iterator[str]:
    """The JSON text, one event per line.

    Times are µs since the first call; `otherData` has its time of day, 0 if unknown.
    """
    calls = trace.calls
    other = {
        "begin": calls.start[0] if len(calls) and trace.timed else 0,
        "unit of begin": "µs since 1970",
        "made by": "mpbitcoin ipc trace",
    }
    yield f'{{"displayTimeUnit": "ms", "otherData": {json.dumps(other)}, "traceEvents": ['
    comma = "\n"
    for event in _events(trace):
        yield comma + json.dumps(event, ensure_ascii=False)
        comma = ",\n"
    yield "\n]}\n"
