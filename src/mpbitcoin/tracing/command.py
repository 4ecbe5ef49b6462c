"""Draw the IPC calls in a log, as an HTML page and as a trace for Perfetto.

LOG is a debug.log, a data directory, or - for standard input. Pass several to combine them, for
example the parts of a rotated log. Logs may be compressed, and may be output of journalctl, docker,
kubectl or combine_logs.py. Run the processes with -debug=ipc -logtimemicros=1.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mpbitcoin import arguments
from mpbitcoin.errors import UsageError

if TYPE_CHECKING:
    from mpbitcoin.tracing.calls import Collector, Trace
    from mpbitcoin.tracing.reader import Reader
    from mpbitcoin.tracing.status import Status

SUMMARY = "draw the IPC calls in a log, as an HTML page and as a trace for Perfetto"
_SHOWN = 10
#: Number of characters shown of an unreadable line.
_PUZZLE = 120


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the command."""
    from mpbitcoin.tracing.calls import MOST_CALLS

    add = parser.add_argument
    add("log", nargs="*", metavar="LOG", help="a debug.log, a data directory, or - for stdin")
    add("-o", "--output", type=Path, default=Path("ipc-trace"), metavar="NAME",
        help="write NAME.html and NAME.json [%(default)s]")  # fmt: skip
    add("-f", "--follow", action="store_true", help="keep reading until Ctrl-C, then write")
    add("--new", action="store_true", help="follow only lines added from now on")
    add("--seconds", type=arguments.seconds, metavar="N", help="stop following after this time")
    add("--most", type=arguments.whole(1), default=MOST_CALLS, metavar="N",
        help="keep the last N calls, to limit memory [%(default)s]")  # fmt: skip
    add("--json", action="store_true", help="print statistics of all methods as JSON")


def _collect(args: argparse.Namespace, status: Status) -> tuple[Collector, bytes]:
    """All calls of the logs on the command line, and the first unreadable line."""
    from mpbitcoin.tracing import reader
    from mpbitcoin.tracing.calls import Collector

    collector = Collector(args.most)
    source = reader.Reader(collector)

    def show() -> None:
        status.note(f"{collector.counts.lines:,} lines, {len(collector):,} calls")

    logs = [reader.find(Path(one)) for one in args.log if one != "-"]
    if args.follow or args.new or args.seconds is not None:
        if "-" in args.log:
            raise UsageError(
                "cannot follow standard input: it is read until it ends", "leave out --follow"
            )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        end = time.monotonic() + args.seconds if args.seconds is not None else float("inf")
        if args.seconds is None:
            status.line("reading until Ctrl-C")
        reader.follow(logs, source, lambda: time.monotonic() >= end, args.new, show)
        return collector, source.puzzle
    for log in reader.in_order(logs):
        with reader.opened(log) as stream:
            for _ in source.read(stream):
                show()
    if "-" in args.log:
        _read_stdin(source, show, status)
    return collector, source.puzzle


def _nothing(trace: Trace, logs: list[str], puzzle: bytes) -> UsageError:
    """The error when there is nothing to draw."""
    counts, names = trace.counts, " ".join(logs)
    if not counts.garbled:
        return UsageError(
            f"no IPC calls in the {counts.lines:,} lines of {names}",
            "start the processes with -debug=ipc -logtimemicros=1",
        )
    line = puzzle.decode("utf-8", "replace").strip()[:_PUZZLE]
    return UsageError(
        f"{counts.garbled:,} lines of {names} about IPC calls have an unknown format: {line}",
        "pass a debug.log, or output of journalctl, docker, kubectl or combine_logs.py",
    )


def _read_stdin(source: Reader, show: Callable[[], None], status: Status) -> None:
    """Read standard input to its end; the first Ctrl-C only stops its writer."""
    for word in (
        "interrupted: reading until the input ends; press Ctrl-C again to stop",
        "drawing the calls read so far",
    ):
        try:
            for _ in source.read(sys.stdin.buffer):
                show()
            return
        except KeyboardInterrupt:
            status.line(word)


def notes(trace: Trace) -> list[str]:
    """Sentences about gaps in the log."""
    counts = trace.counts
    said = []
    if counts.garbled:
        said.append(f"{counts.garbled:,} lines about calls are cut or garbled, and ignored.")
    if counts.lost:
        said.append(f"{counts.lost:,} lines are missing: the processes dropped them.")
    if counts.forgotten:
        said.append(f"{counts.forgotten:,} older calls are left out (--most).")
    if counts.untimed:
        said.append("The log has no times (-logtimestamps=0): calls are in the order of the log.")
    elif counts.inexact:
        said.append("The log has no microseconds (-logtimemicros=1): calls are in the order of the"
                    " log, the times between them are unknown.")  # fmt: skip
    late = [str(process) for process in trace.processes if process.forwarded]
    if late:
        said.append(f"Lines of {', '.join(late)} have the time of their arrival in another process'"
                    " log: calls are moved to the times of their other sides.")  # fmt: skip
    return said


def _print(trace: Trace, pairs: int) -> None:
    from mpbitcoin.tracing.figures import figures

    processes = ", ".join(map(str, trace.processes))
    print(f"{len(trace.calls):,} calls of {processes}; {pairs:,} pairs")
    rows = figures(trace)[:_SHOWN]
    width = max(len(row.method) for row in rows)
    print(f"  {'':<{width}} side      calls    total      p50      p99      max")
    for row in rows:
        times = "".join(f"{_time(n):>9}" for n in (row.total, row.p50, row.p99, row.longest))
        print(f"  {row.method:<{width}} {row.side}{row.count:>9,}{times}")


def _time(micros: int | None) -> str:
    if micros is None:
        return "?"
    if micros < 1000:
        return f"{micros} µs"
    return f"{micros / 1000:.1f} ms" if micros < 1_000_000 else f"{micros / 1_000_000:.1f} s"


def execute(args: argparse.Namespace) -> int:
    """Run the command."""
    from mpbitcoin.files import write_parts
    from mpbitcoin.tracing import chrome, webpage
    from mpbitcoin.tracing.figures import figures
    from mpbitcoin.tracing.pairs import pair
    from mpbitcoin.tracing.status import Status

    if not args.log:
        raise UsageError("no log given", "pass a debug.log or a data directory; - reads stdin")
    status = Status()
    try:
        collector, puzzle = _collect(args, status)
    finally:
        status.close()
    trace = collector.trace()
    if not len(trace.calls):
        raise _nothing(trace, args.log, puzzle)
    pairs = pair(trace)
    remarks = notes(trace)
    name = str(args.output)
    written = {"page": Path(f"{name}.html"), "trace": Path(f"{name}.json")}
    title = f"IPC calls of {', '.join(map(str, trace.processes))}"
    write_parts(written["page"], [webpage.page(trace, title, remarks)])
    write_parts(written["trace"], chrome.parts(trace))
    if args.json:
        print(json.dumps({
            "calls": len(trace.calls), "pairs": pairs, "counts": asdict(trace.counts),
            "notes": remarks, "methods": [asdict(row) for row in figures(trace)],
            **{what: str(path) for what, path in written.items()},
        }, indent=1))  # fmt: skip
        return 0
    _print(trace, pairs)
    for note in remarks:
        print(f"note: {note}", file=sys.stderr)
    print(f"{written['page']}  the page")
    print(f"{written['trace']}  for ui.perfetto.dev or chrome://tracing")
    return 0
