"""Where lines come from."""

from __future__ import annotations

import io
import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpbitcoin.errors import UsageError
from mpbitcoin.tracing import chrome
from mpbitcoin.tracing.calls import Collector
from mpbitcoin.tracing.figures import figures
from mpbitcoin.tracing.pairs import pair
from mpbitcoin.tracing.reader import Followed, Reader, find, follow, in_order
from mpbitcoin.tracing.webpage import page
from tests.unit.tracing.simulator import EPOCH, Simulator, stamp


def send(number: int, time: int = 0) -> bytes:
    text = f"IPC client send #{number} X.y 8 bytes"
    return f"{stamp(EPOCH + time)} [ipc] {{node-1/a}} {text}\n".encode()


def test_gaps_are_counted_and_bridged() -> None:
    collector = Collector()
    text = b"".join(
        [
            send(1)[40:],  # the begin was cut away
            send(2),
            b"2026-01-02T03:04:05Z UpdateTip: new best\n",
            b"2026-01-02T03:04:05Z [w] (17 lines were dropped: the log was not read)\n",
            send(3)[:-5] + b"\n",
            b"\x00\xff IPC client send \x80\n",
            b"x" * 1_000_000 + b"\n",
            send(4),
            send(5)[:-1],  # still written, or cut: no line's end
        ]
    )
    for _ in Reader(collector).read(io.BytesIO(text)):
        pass
    counts = collector.counts
    assert len(collector) == 2
    assert (counts.read, counts.garbled, counts.lost) == (2, 4, 17)


def test_logs_come_in_the_order_of_their_calls(tmp_path: Path) -> None:
    for name, number in (("debug.log", 3), ("debug.log.1", 2), ("debug.log.2", 1)):
        begin = b"2026-01-02T03:04:00Z Bitcoin Core version\n"
        (tmp_path / name).write_bytes(begin + send(number, 1000 * number))
    (tmp_path / "other.log").write_bytes(b"nothing of this kind\n")
    logs = in_order(sorted(tmp_path.iterdir()))
    assert [log.name for log in logs] == ["other.log", "debug.log.2", "debug.log.1", "debug.log"]


def test_a_data_directory_stands_for_its_log(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must contain exactly one debug\.log: none in it"):
        find(tmp_path)
    log = tmp_path / "regtest" / "debug.log"
    log.parent.mkdir()
    log.touch()
    assert find(tmp_path) == log
    assert find(log) == log
    (tmp_path / "debug.log").touch()
    with pytest.raises(
        UsageError, match=r"must contain exactly one debug\.log: .*debug\.log, .*regtest"
    ):
        find(tmp_path)
    with pytest.raises(UsageError, match="no such log"):
        find(tmp_path / "missing")


def test_a_log_is_followed_through_cuts_and_replacements(tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    log.write_bytes(send(1) + send(2)[:30])
    followed = Followed(log, from_end=False)
    assert list(followed.lines()) == [send(1)]
    with log.open("ab") as stream:
        stream.write(send(2)[30:])
    assert list(followed.lines()) == [send(2)], "a line that came in two parts is one"
    log.write_bytes(send(3))
    assert list(followed.lines()) == []
    assert list(followed.lines()) == [send(3)], "the log was truncated and started again"
    log.rename(tmp_path / "debug.log.1")
    assert list(followed.lines()) == [], "between two logs"
    with (tmp_path / "debug.log.1").open("ab") as stream:
        stream.write(send(4))
    log.write_bytes(send(5))
    assert list(followed.lines()) == [send(4)], "the old one's rest comes first"
    assert list(followed.lines()) == [send(5)]
    followed.close()


def test_only_new_lines(tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    log.write_bytes(send(1))
    followed = Followed(log, from_end=True)
    with log.open("ab") as stream:
        stream.write(send(2))
    assert list(followed.lines()) == [send(2)]
    followed.close()


def steps(*acts: Callable[[], object]) -> Callable[[], bool]:
    """An `until` that does one of these at each call, and then ends the reading."""
    left: Iterator[Callable[[], object]] = iter(acts)

    def until() -> bool:
        act = next(left, None)
        if act is not None:
            act()
        return act is None

    return until


def test_following_several_logs_until_it_is_enough(tmp_path: Path) -> None:
    simulator = Simulator()
    simulator.run(100)
    logs = [tmp_path / "node.log", tmp_path / "wallet.log"]
    lines = [simulator.log([simulator.node]), simulator.log([simulator.wallet])]

    def write(part: slice) -> None:
        for log, of_log in zip(logs, lines, strict=True):
            with log.open("a") as stream:
                stream.writelines(of_log[part])

    write(slice(0, 30))
    collector = Collector()
    until = steps(lambda: write(slice(30, 50)), lambda: write(slice(50, None)))
    looks: list[int] = []
    reader = Reader(collector)
    follow(logs, reader, until, show=lambda: looks.append(collector.counts.read))
    assert looks == [100, sum(map(len, lines)), sum(map(len, lines))]
    assert len(collector) == 2 * len(simulator.pairs)


def test_an_interrupt_ends_following_without_an_error(tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    log.write_bytes(send(1))

    def interrupt() -> None:
        raise KeyboardInterrupt

    collector = Collector()
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    follow([log], Reader(collector), steps(lambda: None, interrupt))
    assert len(collector) == 1
    if before:
        assert len(os.listdir("/proc/self/fd")) == before, "the log is closed"


def test_a_damaged_log_is_read_to_its_end() -> None:
    simulator = Simulator()
    simulator.run(500)
    text = bytearray("".join(simulator.log()).encode())
    chance = random.Random(7)
    for _ in range(2000):
        text[chance.randrange(len(text))] = chance.randrange(256)
    del text[10_000:10_777]
    collector = Collector()
    for _ in Reader(collector).read(io.BytesIO(bytes(text))):
        pass
    counts = collector.counts
    assert counts.lines > counts.read > 1000
    assert counts.garbled > 100
    trace = collector.trace()
    pairs = pair(trace)
    assert 0.5 * len(simulator.pairs) < pairs <= len(simulator.pairs)
    assert page(trace, "damaged", [])
    assert json.loads("".join(chrome.parts(trace)))
    assert figures(trace)
