"""Writes a trace as one HTML page that needs no other file and no network.

The page's own files are in `page/`. It contains the calls as columns of 32-bit numbers, compressed
with zlib and encoded in base64: about 15 bytes per call.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from html import escape
from pathlib import Path

from mpbitcoin.tracing.calls import Trace
from mpbitcoin.tracing.lines import UNKNOWN

_FOLDER = Path(__file__).with_name("page")
_SCRIPTS = ("data.js", "layout.js", "draw.js", "timeline.js", "table.js", "main.js")
_MOST = 0xFFFFFFFF  # represents UNKNOWN in a column
_SECOND = 1_000_000


def page(trace: Trace, title: str, notes: Sequence[str]) -> str:
    """The page. `notes` are sentences about gaps in the log."""
    names, packed = _columns(trace)
    begin = trace.calls.start[0] if len(trace.calls) else 0
    data = {
        "format": 1,
        "count": len(trace.calls),
        "begin": begin if trace.timed else None,
        "columns": names,
        "processes": [{"name": str(process)} for process in trace.processes],
        "lanes": [
            {
                "process": lane.process,
                "thread": lane.thread,
                "peer": lane.peer,
            }
            for lane in trace.lanes
        ],
        "methods": trace.methods,
        "errors": trace.errors,
    }
    filled = {
        "TITLE": escape(title),
        "WHEN": f"from {_moment(begin)} on" if len(trace.calls) and trace.timed else "",
        "FIGURES": "".join(f"<li><b>{n}</b>{escape(what)}</li>" for n, what in _figures(trace)),
        "NOTES": "".join(f"<li>{escape(note)}</li>" for note in notes),
        "STYLE": _file("page.css"),
        "SCRIPT": "\n".join(map(_file, _SCRIPTS)),
        # Inside <script> only "<" can do harm; \u003c is the same character to JSON.
        "TRACE": json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
        "COLUMNS": packed,
    }
    return re.sub(r"@@([A-Z]+)@@", lambda found: filled[found[1]], _file("page.html"))


def _file(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8").rstrip("\n")


def _moment(micros: int) -> str:
    moment = datetime.fromtimestamp(micros // _SECOND, timezone.utc)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{micros % _SECOND:06d} UTC"


def _figures(trace: Trace) -> list[tuple[str, str]]:
    calls = trace.calls
    sides = [len(calls) - sum(calls.server), sum(calls.server)]
    pairs = sum(partner != UNKNOWN for partner in calls.partner) // 2
    failed = sum(error != UNKNOWN for error in calls.error)
    unfinished = len(calls) - sum(calls.finished)
    span = max(map(calls.end, range(len(calls))), default=0) - (calls.start[0] if calls else 0)
    shown = [
        (f"{sides[0]:,}", "calls logged by clients"),
        (f"{sides[1]:,}", "by servers"),
        (f"{pairs:,}", "by both"),
        (f"{len(trace.processes)}", "process" if len(trace.processes) == 1 else "processes"),
    ]
    shown += [(f"{span / _SECOND:.3f} s", "in all")] if trace.timed else []
    shown += [(f"{failed:,}", "failed")] if failed else []
    shown += [(f"{unfinished:,}", "unfinished")] if unfinished else []
    return shown


def _columns(trace: Trace) -> tuple[list[str], str]:
    """The columns' names, and all columns compressed."""
    calls = trace.calls
    begin = calls.start[0] if len(calls) else 0
    flags = (
        server + 2 * finished + 4 * measured
        for server, finished, measured in zip(
            calls.server, calls.finished, calls.measured, strict=True
        )
    )
    # The distance to the other side's row, which is small: even numbers forward, odd ones back.
    steps = (
        UNKNOWN
        if partner == UNKNOWN
        else 2 * (partner - row)
        if partner > row
        else 2 * (row - partner) - 1
        for row, partner in enumerate(calls.partner)
    )
    columns: dict[str, Iterable[int]] = {
        "startSecond": ((start - begin) // _SECOND for start in calls.start),
        "startMicro": ((start - begin) % _SECOND for start in calls.start),
        "durationSecond": (duration // _SECOND for duration in calls.duration),
        "durationMicro": (duration % _SECOND for duration in calls.duration),
        "method": calls.method,
        "lane": calls.lane,
        "number": calls.number,
        "request": calls.request,
        "response": calls.response,
        "wait": calls.wait,
        "error": calls.error,
        "flags": flags,
        "partner": steps,
    }
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(_words(column)) for column in columns.values())
    return list(columns), base64.b64encode(packed + packer.flush()).decode()


def _words(column: Iterable[int]) -> bytes:
    """Numbers as little-endian 32-bit words; larger ones become the largest below UNKNOWN."""
    words = array("I", (_MOST if n == UNKNOWN else min(n, _MOST - 1) for n in column))
    if sys.byteorder == "big":
        words.byteswap()
    return words.tobytes()
