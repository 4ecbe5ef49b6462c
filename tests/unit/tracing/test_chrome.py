"""Traces in Chrome's format."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from mpbitcoin.tracing import chrome
from mpbitcoin.tracing.calls import Collector
from mpbitcoin.tracing.lines import Parser
from mpbitcoin.tracing.pairs import pair
from tests.unit.tracing.simulator import EPOCH, Simulator, stamp
from tests.unit.tracing.test_pairs import read


def events(simulator: Simulator) -> list[dict[str, Any]]:
    trace = read(simulator.log())
    pair(trace)
    whole: dict[str, Any] = json.loads("".join(chrome.parts(trace)))
    listed: list[dict[str, Any]] = whole["traceEvents"]
    return listed


def test_each_call_is_a_slice_and_each_pair_an_arrow() -> None:
    simulator = Simulator()
    simulator.run(300)
    found = events(simulator)
    kinds = defaultdict(list)
    for event in found:
        kinds[event["ph"]].append(event)
    pairs = len(simulator.pairs)
    assert (len(kinds["X"]), len(kinds["s"]), len(kinds["f"])) == (2 * pairs, pairs, pairs)
    assert {event["id"] for event in kinds["s"]} == {event["id"] for event in kinds["f"]}
    assert min(event["ts"] for event in kinds["X"]) == 0
    names = {event["args"]["name"] for event in kinds["M"] if event["name"] == "process_name"}
    assert names == {"bitcoin-node-100", "bitcoin-wallet-200"}


def test_slices_of_a_track_lie_within_each_other() -> None:
    simulator = Simulator()
    simulator.run(1000)
    tracks = defaultdict(list)
    for event in events(simulator):
        if event["ph"] == "X":
            tracks[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    assert len(tracks) > 8
    for slices in tracks.values():
        assert slices == sorted(slices, key=lambda one: one[0])
        opened: list[int] = []
        for start, end in slices:
            while opened and opened[-1] <= start:
                opened.pop()
            assert not opened or end <= opened[-1]
            opened.append(end)


def test_calls_of_a_thread_that_overlap_get_tracks_of_their_own() -> None:
    parser, collector = Parser(), Collector()
    for time, payload in (
        (0, "server recv #1 X.y 8 bytes"),
        (10, "server recv #2 X.y 16 bytes"),
        (20, 'server fail #1 X.y 20 us: "<no>"'),
        (30, "server send #2 X.y 24 bytes 20 us"),
        (40, "server recv #3 X.y 8 bytes"),
    ):
        raw = f"{stamp(EPOCH + time)} [ipc] {{node-1/a}} IPC {payload}\n"
        line = parser.parse(raw.encode())
        assert line is not None
        collector.add(line)
    found = json.loads("".join(chrome.parts(collector.trace())))
    assert found["otherData"]["begin"] == EPOCH
    slices = [event for event in found["traceEvents"] if event["ph"] == "X"]
    assert len({event["tid"] for event in slices}) == 2
    assert slices[0]["args"] == {
        "side": "server", "number": 1, "request bytes": 8, "error": '"<no>"',
    }  # fmt: skip
    assert slices[1]["args"]["response bytes"] == 24
    assert slices[2]["args"]["unfinished"] is True
    threads = [e["args"]["name"] for e in found["traceEvents"] if e["name"] == "thread_name"]
    assert threads == ["a", "a (2)"]


def test_no_calls_at_all() -> None:
    found = json.loads("".join(chrome.parts(Collector().trace())))
    assert found["traceEvents"] == []
