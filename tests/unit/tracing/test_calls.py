"""Lines put together to calls."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mpbitcoin.tracing.calls import Collector, Names, Trace
from mpbitcoin.tracing.figures import figures
from mpbitcoin.tracing.lines import UNKNOWN, Parser
from tests.unit.tracing.simulator import EPOCH, stamp


@dataclass(frozen=True)
class Call:
    """A row of a trace, as a test writes it."""

    method: str
    side: str
    start: int
    duration: int
    lane: str
    finished: bool = True
    error: str = ""
    request: int = UNKNOWN
    response: int = UNKNOWN
    wait: int = UNKNOWN


def collect(*lines: tuple[int, str, str], most: int = 1000, exact: bool = True) -> Collector:
    """A collector that has taken in lines: µs since EPOCH, thread, payload."""
    parser, collector = Parser(), Collector(most)
    for time, thread, payload in lines:
        raw = f"{stamp(EPOCH + time, exact)} [ipc] {{node-1/{thread}}} IPC {payload}\n"
        line = parser.parse(raw.encode())
        assert line is not None, raw
        collector.add(line)
    return collector


def calls_of(trace: Trace) -> list[Call]:
    calls = trace.calls
    return [
        Call(
            trace.methods[calls.method[row]],
            "server" if calls.server[row] else "client",
            calls.start[row] - EPOCH,
            calls.duration[row],
            trace.lanes[calls.lane[row]].thread,
            bool(calls.finished[row]),
            "" if calls.error[row] == UNKNOWN else trace.errors[calls.error[row]],
            calls.request[row],
            calls.response[row],
            calls.wait[row],
        )
        for row in range(len(calls))
    ]


def test_a_call_has_its_begin_from_one_line_and_its_end_from_another() -> None:
    trace = collect(
        (100, "a", "client send #1 X.y 48 bytes"),
        (310, "a", "client recv #1 X.y 32 bytes 205 us"),
    ).trace()
    assert calls_of(trace) == [Call("X.y", "client", 100, 205, "a", request=48, response=32)]
    assert (trace.processes[0].name, trace.processes[0].pid) == ("node", 1)


def test_numbers_count_per_side() -> None:
    trace = collect(
        (100, "a", "client send #1 X.y 48 bytes"),
        (150, "b", "server recv #1 Z.w 8 bytes"),
        (170, "b", "server fail #1 Z.w 20 us: no block"),
        (310, "a", "client recv #1 X.y 32 bytes 210 us"),
    ).trace()
    assert calls_of(trace) == [
        Call("X.y", "client", 100, 210, "a", request=48, response=32),
        Call("Z.w", "server", 150, 20, "b", error="no block", request=8),
    ]


def test_a_log_that_begins_and_ends_in_the_middle_of_calls() -> None:
    trace = collect(
        (500, "a", "client recv #8 X.y 32 bytes 400 us"),
        (600, "a", "client send #9 X.y 48 bytes"),
        (900, "b", "client send #10 X.y 48 bytes"),
    ).trace()
    assert calls_of(trace) == [
        Call("X.y", "client", 100, 400, "a", response=32),
        Call("X.y", "client", 600, 300, "a", finished=False, request=48),
        Call("X.y", "client", 900, 0, "b", finished=False, request=48),
    ]


def test_a_restart_under_the_same_pid() -> None:
    trace = collect(
        (100, "a", "client send #1 X.y 8 bytes"),
        (500, "a", "client send #1 X.z 8 bytes"),
        (700, "a", "client recv #1 X.z 8 bytes 200 us"),
    ).trace()
    assert calls_of(trace) == [
        Call("X.y", "client", 100, 400, "a", finished=False, request=8),
        Call("X.z", "client", 500, 200, "a", request=8, response=8),
    ]


def test_an_unpatched_server_names_the_thread_that_works() -> None:
    trace = collect(
        (100, "loop", "server recv request  #1 X.y$Params"),
        (110, "loop", "server post request  #1 {node-1/worker}"),
        (130, "worker", "server executing request #1"),
        (190, "loop", "server send response #1 X.y$Results"),
        (200, "loop", "server recv request  #2 X.y$Params"),
        (250, "loop", "server request #2 canceled before it could be executed"),
    ).trace()
    assert calls_of(trace) == [
        Call("X.y", "server", 100, 90, "worker", wait=30),
        Call("X.y", "server", 200, 50, "loop", error="canceled before it could be executed"),
    ]


def test_an_unpatched_client_has_no_numbers_but_its_calls_are_nested() -> None:
    trace = collect(
        (100, "a", "client send X.outer$Params"),
        (110, "b", "client send X.outer$Params"),
        (120, "a", "client send X.lost$Params"),
        (130, "a", "client send X.inner$Params"),
        (140, "a", "client recv X.inner$Results"),
        (200, "a", "client recv X.outer$Results"),
        (300, "b", "client exception kj::Exception: gone"),
        (310, "b", "client recv X.never$Results"),
    ).trace()
    assert calls_of(trace) == [
        Call("X.outer", "client", 100, 100, "a"),
        Call("X.outer", "client", 110, 190, "b", error="kj::Exception: gone"),
        Call("X.lost", "client", 120, 190, "a", finished=False),
        Call("X.inner", "client", 130, 10, "a"),
    ]


def test_the_answering_thread_is_the_one_that_worked() -> None:
    trace = collect(
        (100, "loop", "server recv #1 X.y 8 bytes"),
        (190, "worker", "server send #1 X.y 8 bytes 90 us"),
    ).trace()
    assert [call.lane for call in calls_of(trace)] == ["worker"]


def test_without_microseconds_the_order_stays() -> None:
    trace = collect(
        (0, "a", "client send #1 X.outer 8 bytes"),
        (0, "a", "client send #2 X.inner 8 bytes"),
        (0, "a", "client recv #2 X.inner 8 bytes 50 us"),
        (0, "a", "client recv #1 X.outer 8 bytes 90 us"),
        exact=False,
    ).trace()
    assert [(call.method, call.duration) for call in calls_of(trace)] == [
        ("X.outer", 90),
        ("X.inner", 50),
    ]
    assert trace.counts.inexact == 4


def test_the_last_calls_are_kept_in_bounded_memory() -> None:
    lines = [
        line
        for n in range(1, 1001)
        for line in (
            (10 * n, "a", f"client send #{n} X.y 8 bytes"),
            (10 * n + 5, "a", f"client recv #{n} X.y 8 bytes 5 us"),
        )
    ]
    lines.insert(0, (1, "b", "client send #5000 X.waits 8 bytes"))
    collector = collect(*lines, (20_000, "b", "client recv #5000 X.waits 8 bytes 9 us"), most=100)
    assert 100 <= len(collector) <= 125
    trace = collector.trace()
    calls = calls_of(trace)
    assert [call.start for call in calls[-3:]] == [9990, 10_000, 19_991]
    assert calls[-1].request == UNKNOWN, "its begin was forgotten, its end was not"
    assert trace.counts.forgotten + len(calls) == 1002
    assert all(call.finished for call in calls)


def test_names_are_bounded() -> None:
    names = Names("rest")
    numbers = [names.number(f"name {n}") for n in range(20_000)]
    assert numbers[:3] == [0, 1, 2]
    assert names.number("name 2") == 2
    assert len(names.texts()) == 10_001
    assert names.texts()[numbers[-1]] == "rest"


def test_figures() -> None:
    lines = [
        line
        for n in range(1, 101)
        for line in (
            (1000 * n, "a", f"client send #{n} X.y 8 bytes"),
            (1000 * n + n, "a", f"client recv #{n} X.y 16 bytes {n} us"),
        )
    ]
    lines += [
        (200_000, "a", "client send #200 X.z 8 bytes"),
        (200_009, "a", "client fail #200 X.z 9 us: no"),
        (200_100, "a", "client send #201 X.z 8 bytes"),
    ]
    first, second = figures(collect(*lines).trace())
    assert (first.method, first.side, first.count) == ("X.y", "client", 100)
    assert (first.total, first.p50, first.p99, first.longest) == (5050, 50, 99, 100)
    assert first.mean == pytest.approx(50.5)
    assert first.bytes == 2400
    assert (second.method, second.count, second.failed, second.unfinished) == ("X.z", 2, 1, 1)
    assert second.longest == 9
