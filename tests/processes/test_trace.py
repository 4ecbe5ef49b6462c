"""`mpbitcoin ipc trace` on the log of a real node and its wallet process."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin.__main__ import main
from mpbitcoin.tracing.calls import Collector, Trace
from mpbitcoin.tracing.lines import UNKNOWN
from mpbitcoin.tracing.pairs import pair
from mpbitcoin.tracing.reader import Reader, opened
from tests.processes.node import Node


@pytest.fixture
def log(make_node: Callable[..., Node]) -> Path:
    """The log of a node that worked with its wallet, and ended."""
    node = make_node("-debug=ipc", "-logtimemicros=1")
    node.rpc("createwallet", "w")
    node.rpc("generatetoaddress", 101, node.rpc("getnewaddress"))
    node.rpc("sendtoaddress", node.rpc("getnewaddress"), 1)
    node.rpc("listunspent")
    node.stop()
    return node.folder / "debug.log"


def read(log: Path) -> Trace:
    collector = Collector()
    with opened(log) as stream:
        for _ in Reader(collector).read(stream):
            pass
    return collector.trace()


def test_nearly_every_call_is_seen_by_both_sides(log: Path) -> None:
    trace = read(log)
    pair(trace)
    assert (trace.counts.garbled, trace.counts.inexact) == (0, 0)
    assert [(process.name, process.forwarded) for process in trace.processes] == [
        ("bitcoin-node", False),
        ("bitcoin-wallet", True),
    ]
    calls = trace.calls
    alone = Counter(
        trace.methods[calls.method[row]]
        for row in range(len(calls))
        if calls.partner[row] == UNKNOWN
    )
    assert len(calls) > 1000
    # The wallet process logs from the moment on when it has its configuration, until it ends.
    assert alone.total() < 20, alone
    for row, partner in enumerate(calls.partner):
        if partner == UNKNOWN or calls.server[row]:
            continue
        assert calls.request[row] == calls.request[partner]
        if calls.finished[row] and calls.finished[partner]:
            assert calls.response[row] == calls.response[partner]
            assert calls.start[row] <= calls.start[partner]
            assert calls.end(partner) <= calls.end(row) + 100


def test_the_command(log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "trace"
    assert main(["ipc", "trace", str(log.parent.parent), "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    methods = {(row["method"], row["side"]): row for row in told["methods"]}
    blocks = methods["ChainNotifications.blockConnected", "server"]
    assert blocks["count"] == 101
    assert 0 < blocks["p50"] <= blocks["p99"] <= blocks["longest"]
    assert blocks["bytes"] > 0
    assert out.with_suffix(".html").stat().st_size > 50_000
    assert len(json.loads(out.with_suffix(".json").read_text())["traceEvents"]) > told["calls"]


def test_a_log_as_combine_logs_prints_it(log: Path, bitcoin_tree: Path, tmp_path: Path) -> None:
    """Of the real tool, compressed by another."""
    combine = bitcoin_tree / "test" / "functional" / "combine_logs.py"
    words = [sys.executable, combine, "--color", log.parent.parent.parent]
    printed = subprocess.run(words, capture_output=True, check=True).stdout
    assert printed.startswith(b"\x1b[0;34m node0 ")
    plain, combined = read(log), tmp_path / "combined.gz"
    combined.write_bytes(gzip.compress(printed))
    trace = read(combined)
    assert (trace.counts.read, trace.counts.garbled) == (plain.counts.read, 0)
    assert list(trace.calls.start) == list(plain.calls.start)
    assert list(trace.calls.duration) == list(plain.calls.duration)


def test_a_log_without_times(make_node: Callable[..., Node]) -> None:
    node = make_node("-debug=ipc", "-logtimestamps=0")
    node.rpc("createwallet", "w")
    node.rpc("generatetoaddress", 10, node.rpc("getnewaddress"))
    node.stop()
    trace = read(node.folder / "debug.log")
    assert not trace.timed
    assert trace.counts.garbled == 0
    methods = {trace.methods[method] for method in trace.calls.method}
    assert {"WalletLoader.createWallet", "ChainNotifications.blockConnected"} & methods
    assert pair(trace) > len(trace.calls) // 4
    for row in range(len(trace.calls)):
        assert trace.calls.measured[row] == trace.calls.finished[row], "our lines have durations"
