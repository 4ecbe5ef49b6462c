"""The server's side of a client's call is found."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from mpbitcoin.tracing.calls import Collector, Trace
from mpbitcoin.tracing.lines import UNKNOWN, Parser
from mpbitcoin.tracing.pairs import pair
from tests.unit.tracing.simulator import EPOCH, Simulator, stamp


def read(lines: Iterable[str]) -> Trace:
    parser, collector = Parser(), Collector()
    for text in lines:
        line = parser.parse(text.encode())
        assert line is not None, text
        collector.add(line)
    return collector.trace()


def known(trace: Trace) -> dict[tuple[str, int, int], int]:
    """The rows by process, number and side."""
    calls = trace.calls
    return {
        (str(trace.processes[trace.process_of(row)]), calls.number[row], calls.server[row]): row
        for row in range(len(calls))
    }


def judge(trace: Trace, simulator: Simulator) -> tuple[int, int]:
    """How many pairs are right, and how many wrong."""
    rows, calls = known(trace), trace.calls
    right = wrong = 0
    for truth in simulator.pairs:
        server = rows.get((*truth.server, 1), UNKNOWN)
        client = rows.get((*truth.client, 0), UNKNOWN)
        found = calls.partner[server] if server != UNKNOWN else UNKNOWN
        right += found != UNKNOWN and found == client
        wrong += found not in (UNKNOWN, client)
    return right, wrong


def test_all_pairs_of_whole_logs() -> None:
    simulator = Simulator()
    simulator.run(3000, threads=6)
    trace = read(simulator.log())
    assert pair(trace) == len(simulator.pairs)
    assert judge(trace, simulator) == (len(simulator.pairs), 0)


@pytest.mark.parametrize("late", [300, 5000])
def test_forwarded_lines_come_late(late: int) -> None:
    simulator = Simulator(late=late)
    simulator.run(2000)
    trace = read(simulator.log())
    pair(trace)
    assert judge(trace, simulator) == (len(simulator.pairs), 0)
    calls = trace.calls
    for row, partner in enumerate(calls.partner):
        if not calls.server[row]:
            assert calls.start[row] <= calls.start[partner], "a request takes its time"
            assert calls.end(partner) <= calls.end(row), "and so does a response"


def test_numbers_of_partners_survive_sorting() -> None:
    simulator = Simulator(late=2000)
    simulator.run(500)
    trace = read(simulator.log())
    pair(trace)
    calls = trace.calls
    assert list(calls.start) == sorted(calls.start)
    for row, partner in enumerate(calls.partner):
        assert calls.partner[partner] == row
        assert calls.method[partner] == calls.method[row]
        assert calls.server[partner] != calls.server[row]


def test_an_unpatched_log() -> None:
    simulator = Simulator(old=True)
    simulator.run(2000)
    trace = read(simulator.log())
    assert pair(trace) == len(simulator.pairs)
    calls = trace.calls
    starts = {(truth.start, truth.server) for truth in simulator.pairs}
    for row in range(len(calls)):
        if calls.server[row]:
            server = (str(trace.processes[trace.process_of(row)]), calls.number[row])
            assert (calls.start[calls.partner[row]] - EPOCH, server) in starts


@pytest.mark.parametrize("seed", range(3))
def test_lost_lines_make_gaps_but_hardly_wrong_pairs(seed: int) -> None:
    simulator = Simulator(seed)
    simulator.run(3000, threads=6)
    chance = random.Random(seed)
    trace = read(line for line in simulator.log() if chance.random() > 0.02)
    pair(trace)
    right, wrong = judge(trace, simulator)
    assert right > 0.93 * len(simulator.pairs)
    assert wrong < 0.002 * len(simulator.pairs)


def test_one_side_only() -> None:
    simulator = Simulator()
    simulator.run(200)
    trace = read(simulator.log([simulator.node]))
    assert pair(trace) == 0
    assert set(trace.calls.partner) == {UNKNOWN}


def line(time: int, thread: str, payload: str) -> str:
    return f"{stamp(EPOCH + time)} [ipc] {{{thread}}} IPC {payload}\n"


def test_what_is_no_pair() -> None:
    trace = read(
        [
            line(100, "a-1/t", "client send #1 X.y 8 bytes"),
            line(120, "a-1/u", "server recv #1 X.y 8 bytes"),  # the same process
            line(140, "a-1/u", "server send #1 X.y 8 bytes 20 us"),
            line(160, "b-2/u (from a-1/other)", "server recv #1 X.y 8 bytes"),  # another thread's
            line(180, "b-2/u (from a-1/other)", "server send #1 X.y 8 bytes 20 us"),
            line(190, "b-2/u", "server recv #2 X.z 8 bytes"),  # another method
            line(195, "b-2/u", "server send #2 X.z 8 bytes 5 us"),
            line(300, "a-1/t", "client recv #1 X.y 8 bytes 200 us"),
            line(2000, "b-2/u", "server recv #3 X.y 8 bytes"),  # too late
            line(2010, "b-2/u", "server send #3 X.y 8 bytes 10 us"),
        ]
    )
    assert pair(trace) == 0


def test_sizes_tell_calls_at_once_apart() -> None:
    trace = read(
        [
            line(100, "a-1/t", "client send #1 X.y 8 bytes"),
            line(101, "a-1/u", "client send #2 X.y 16 bytes"),
            line(120, "b-2/loop", "server recv #1 X.y 16 bytes"),
            line(121, "b-2/loop", "server recv #2 X.y 8 bytes"),
            line(140, "b-2/loop", "server send #1 X.y 8 bytes 20 us"),
            line(141, "b-2/loop", "server send #2 X.y 8 bytes 20 us"),
            line(160, "a-1/t", "client recv #1 X.y 8 bytes 60 us"),
            line(161, "a-1/u", "client recv #2 X.y 8 bytes 60 us"),
        ]
    )
    assert pair(trace) == 2
    rows, partner = known(trace), trace.calls.partner
    assert partner[rows["a-1", 1, 0]] == rows["b-2", 2, 1]
    assert partner[rows["a-1", 2, 0]] == rows["b-2", 1, 1]


def test_a_call_that_never_ended_has_its_other_side() -> None:
    trace = read(
        [
            line(100, "a-1/t", "client send #1 X.y 8 bytes"),
            line(120, "b-2/loop", "server recv #1 X.y 8 bytes"),
            line(900, "a-1/t", "client send #2 X.z 8 bytes"),
        ]
    )
    assert pair(trace) == 1


def test_many_calls_in_flight_take_little_time() -> None:
    lines = [line(n, "a-1/t", f"client send #{n} X.y 8 bytes") for n in range(5000)]
    lines += [line(5000 + n, "b-2/t", f"server recv #{n} X.y 8 bytes") for n in range(5000)]
    assert pair(read(lines)) > 0
