"""Sums per method: how often, how long, how much."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass

from mpbitcoin.tracing.calls import Trace
from mpbitcoin.tracing.lines import UNKNOWN


def percentile(ordered: array[int], part: float) -> int:
    """The smallest value that `part` of the ordered values do not exceed (nearest rank)."""
    rank = -int(-part * len(ordered) // 1)
    return ordered[max(0, rank - 1)]


@dataclass(frozen=True)
class MethodFigures:
    """Statistics of a method on one side.

    Times are µs, over finished calls with known durations; None without any. Bytes include only
    known sizes.
    """

    method: str
    side: str
    count: int
    unfinished: int
    failed: int
    total: int | None
    mean: float | None
    p50: int | None
    p99: int | None
    longest: int | None
    bytes: int


def figures(trace: Trace) -> list[MethodFigures]:
    """Statistics per method and side, ordered by total time."""
    calls = trace.calls
    times: dict[tuple[int, int], array[int]] = {}
    counts: Counter[tuple[int, int]] = Counter()
    failed: Counter[tuple[int, int]] = Counter()
    sizes: Counter[tuple[int, int]] = Counter()
    finished: Counter[tuple[int, int]] = Counter()
    for row in range(len(calls)):
        key = (calls.method[row], calls.server[row])
        counts[key] += 1
        failed[key] += calls.error[row] != UNKNOWN
        sizes[key] += max(0, calls.request[row]) + max(0, calls.response[row])
        finished[key] += calls.finished[row]
        if calls.finished[row] and calls.measured[row]:
            times.setdefault(key, array("q")).append(calls.duration[row])
    rows = []
    for (method, server), count in counts.items():
        took = array("q", sorted(times.get((method, server), ())))
        rows.append(
            MethodFigures(
                trace.methods[method],
                "server" if server else "client",
                count,
                count - finished[method, server],
                failed[method, server],
                sum(took) if took else None,
                sum(took) / len(took) if took else None,
                percentile(took, 0.5) if took else None,
                percentile(took, 0.99) if took else None,
                took[-1] if took else None,
                sizes[method, server],
            )
        )
    return sorted(rows, key=lambda row: (-(row.total or 0), row.method, row.side))
