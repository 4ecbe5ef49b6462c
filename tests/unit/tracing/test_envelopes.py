"""Logs with the additions of journald, containers and others, and logs without times."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import re
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import pytest

from mpbitcoin.__main__ import main
from mpbitcoin.errors import MpbitcoinError, UsageError
from mpbitcoin.tracing.calls import Collector, Trace
from mpbitcoin.tracing.figures import figures
from mpbitcoin.tracing.pairs import pair
from mpbitcoin.tracing.reader import Followed, Reader, opened
from tests.unit.tracing.simulator import EPOCH, Simulator

#: A written line, its time, and the form that a program gives it.
Wrap = Callable[[str, datetime, int], str]


def iso(moment: datetime, micros: int, zone: str) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{micros:06d}{zone}"


WRAPPED: dict[str, Wrap] = {
    "journalctl": lambda line, at, _: f"{at.astimezone():%b %d %H:%M:%S} box bitcoind[7]: {line}",
    "journalctl, day of one digit": lambda line, _, __: f"Jan  2 03:04:05 box bitcoind[7]: {line}",
    "short-precise": lambda line, at, us: (
        f"{at.astimezone():%b %d %H:%M:%S}.{us:06d} box bitcoind[7]: {line}"
    ),
    "short-iso": lambda line, at, _: f"{at:%Y-%m-%dT%H:%M:%S}+0000 box bitcoind[7]: {line}",
    "short-iso-precise": lambda line, at, us: f"{iso(at, us, '+00:00')} box bitcoind[7]: {line}",
    "short-full": lambda line, at, _: f"{at:%a %Y-%m-%d %H:%M:%S} UTC box bitcoind[7]: {line}",
    "short-unix": lambda line, at, us: f"{at.timestamp():.0f}.{us:06d} box bitcoind[7]: {line}",
    "short-monotonic": lambda line, at, us: (
        f"[{at.timestamp() - EPOCH // 10**6 + 9:5.0f}.{us:06d}] box bitcoind[7]: {line}"
    ),
    "journalctl -o json": lambda line, at, us: json.dumps(
        {
            "_PID": "7",
            "__REALTIME_TIMESTAMP": f"{at.timestamp():.0f}{us:06d}",
            "MESSAGE": line,
        }
    ),
    "syslog": lambda line, at, us: f"{iso(at, us, '+00:00')} box bitcoind: {line}",
    "docker logs -t": lambda line, at, us: f"{iso(at, us, '000Z')} {line}",
    "docker's own file": lambda line, at, us: json.dumps(
        {"log": f"{line}\n", "stream": "stdout", "time": iso(at, us, "123Z")}
    ),
    "docker compose logs": lambda line, _, __: f"node-1  | {line}",
    "docker compose logs, in color": lambda line, _, __: f"\x1b[36mnode-1  | \x1b[0m{line}",
    "docker compose logs -t": lambda line, at, us: f"node-1  | {iso(at, us, '000Z')} {line}",
    "kubernetes": lambda line, at, us: f"{iso(at, us, '000Z')} stdout F {line}",
    "combine_logs": lambda line, _, __: f" node0 {line} ",
    "combine_logs --color": lambda line, _, __: f"\x1b[0;34m node0 {line} \x1b[0m",
}
#: The time of each of these lines is known to the microsecond even without its own.
EXACT = {
    "short-precise", "short-iso-precise", "short-unix", "short-monotonic", "journalctl -o json",
    "syslog", "docker logs -t", "docker's own file", "docker compose logs -t", "kubernetes",
}  # fmt: skip
_STAMP = re.compile(r"(\S+)\.(\d{6})Z ")


def wrapped(simulator: Simulator, wrap: Wrap, stamps: str = "exact") -> str:
    """The log with a program's additions; its own times are exact, in seconds, or missing."""
    lines = []
    for line in simulator.log():
        found = _STAMP.match(line)
        assert found is not None
        moment = datetime.fromisoformat(found[1]).replace(tzinfo=timezone.utc)
        own = {"exact": found[0], "seconds": f"{found[1]}Z ", "none": ""}[stamps]
        text = own + line[found.end() :].rstrip("\n")
        lines.append(wrap(text, moment, int(found[2])) + "\n")
    return "".join(lines)


def read(text: str) -> Trace:
    collector = Collector()
    for _ in Reader(collector).read(io.BytesIO(text.encode())):
        pass
    return collector.trace()


@pytest.fixture(params=[False, True], ids=["ours", "unpatched"])
def simulator(request: pytest.FixtureRequest) -> Simulator:
    made = Simulator(old=request.param)
    made.run(60)
    return made


@pytest.mark.parametrize("name", WRAPPED)
@pytest.mark.parametrize("stamps", ["exact", "seconds", "none"])
def test_lines_of_other_programs(simulator: Simulator, name: str, stamps: str) -> None:
    trace = read(wrapped(simulator, WRAPPED[name], stamps))
    counts = trace.counts
    assert (counts.read, counts.garbled) == (counts.lines, 0)
    assert len(trace.calls) == 2 * len(simulator.pairs)
    exact = stamps == "exact" or name in EXACT
    assert counts.inexact == (0 if exact else counts.lines)
    if exact and name != "short-monotonic":
        first = min(one.start for one in simulator.pairs)
        assert stamps == "none" or trace.calls.start[0] == EPOCH + first
    if exact:
        assert pair(trace) == len(simulator.pairs)


@pytest.mark.parametrize("name", ["journalctl", "short-iso", "short-full"])
def test_seconds_of_a_prefix_are_the_time_of_a_line_without_one(name: str) -> None:
    made = Simulator()
    made.run(5)
    trace = read(wrapped(made, WRAPPED[name], "none"))
    assert trace.timed
    start = datetime.fromtimestamp(trace.calls.start[0] // 10**6, timezone.utc)
    assert f"{start:%m-%dT%H:%M:%S}" == "01-02T03:04:05"


def test_a_log_without_times(simulator: Simulator, tmp_path: Path) -> None:
    log = tmp_path / "debug.log"
    log.write_text(wrapped(simulator, lambda line, _, __: line, "none"))
    assert main(["ipc", "trace", str(log), "-o", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out.html").read_text()
    assert "The log has no times (-logtimestamps=0)" in page
    assert '"begin": null' in page
    assert "1970" not in page


@pytest.mark.parametrize("exact", [True, False])
def test_times_that_nobody_knows_are_not_shown(
    exact: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lines of an unpatched libmultiprocess have no durations: the log's times replace them."""
    made = Simulator(old=True)
    made.run(60)
    log = tmp_path / "debug.log"
    log.write_text("".join(made.log(exact=exact)))
    words = ["ipc", "trace", str(log), "-o", str(tmp_path / "out")]
    assert main(words) == 0
    told = capsys.readouterr().out
    assert ("µs" in told) is exact
    assert (" ?" in told) is not exact
    assert main([*words, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["methods"]
    assert all((row["p50"] is None) is not exact for row in rows)
    assert all(row["unfinished"] == 0 for row in rows)
    events = json.loads((tmp_path / "out.json").read_text())["traceEvents"]
    unknown = [each for each in events if each.get("args", {}).get("duration") == "not known"]
    assert bool(unknown) is not exact


def test_durations_that_a_line_tells_need_no_times() -> None:
    made = Simulator()
    made.run(60)
    rows = figures(read("".join(made.log(exact=False))))
    assert all(row.p50 is not None and row.p50 > 1 for row in rows)


@pytest.mark.parametrize("packer", [gzip.compress, bz2.compress, lzma.compress])
def test_compressed_logs(
    packer: Callable[[bytes], bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Simulator()
    made.run(200)
    text = "".join(made.log()).encode()
    half = text.index(b"\n", len(text) // 2) + 1
    (tmp_path / "debug.log.1.gz").write_bytes(packer(text[:half]))
    (tmp_path / "debug.log").write_bytes(text[half:])
    logs = [str(tmp_path / "debug.log"), str(tmp_path / "debug.log.1.gz")]
    assert main(["ipc", "trace", *logs, "-o", str(tmp_path / "out")]) == 0
    assert f"{len(made.pairs):,} pairs" in capsys.readouterr().out
    with pytest.raises(UsageError, match="compressed"):
        Followed(tmp_path / "debug.log.1.gz", from_end=False)
    (tmp_path / "cut.gz").write_bytes(packer(text)[:2000])
    with (
        pytest.raises(MpbitcoinError, match=r"cut\.gz is damaged"),
        opened(tmp_path / "cut.gz") as stream,
    ):
        stream.read()


def test_lines_in_no_known_form_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Simulator()
    made.run(5)
    log = tmp_path / "debug.log"
    log.write_text(wrapped(made, lambda line, _, __: f"<7> box%% {line}"))
    assert main(["ipc", "trace", str(log), "-o", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "about IPC calls have an unknown format: <7> box%% 2026" in said
    assert "journalctl" in said
    assert "-debug=ipc" not in said


CALL = "[ipc] {a-1/b} IPC client send #1 A.b 8 bytes"


@pytest.mark.parametrize(
    "line",
    [
        f"2026-01-02T03:04:05Z receive version: {CALL}",
        f"2026-01-02T03:04:05Z box bitcoind[7]: {CALL}",
        f"2026-01-02T03:04:05.000007Z box bitcoind[7]: {CALL}",
        f"2026-01-02T03:04:05Z [net] node0 {CALL}",
        f"2026-01-02T03:04:05Z node0 {CALL}",
        f"2026-01-02T03:04:05Z | {CALL}",
        f"2026-01-02T03:04:05Z x | {CALL}",
        f"Jan  2 03:04:05 box bitcoind[7]: 2026-01-02T03:04:05Z peer: {CALL}",
        f"node-1  | 2026-01-02T03:04:05Z node-1 | {CALL}",
        f" node0 2026-01-02T03:04:05Z node1 {CALL}",
        json.dumps({"log": f"2026-01-02T03:04:05Z x: {CALL}\n", "time": "2026-01-02T03:04:05Z"}),
        "{" + CALL,
        '{"MESSAGE": 7, "__REALTIME_TIMESTAMP": "x"}' + CALL,
    ],
)
def test_a_text_in_a_line_is_no_prefix(line: str) -> None:
    assert read(f"{line}\n").counts.read == 0
