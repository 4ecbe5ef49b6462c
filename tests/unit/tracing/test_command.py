"""The command line: from a log to a page and a trace."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from mpbitcoin.__main__ import main
from tests.unit.tracing.simulator import Simulator


@pytest.fixture
def simulator() -> Simulator:
    made = Simulator()
    made.run(200)
    return made


def test_a_log_becomes_a_page_and_a_trace(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "debug.log"
    log.write_text("".join(simulator.log()))
    assert main(["ipc", "trace", str(log), "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    pairs = len(simulator.pairs)
    assert f"{2 * pairs:,} calls of bitcoin-" in said.out
    assert f"{pairs:,} pairs" in said.out
    assert "Chain.findBlock" in said.out
    assert said.err == ""
    assert (tmp_path / "out.html").read_text().startswith("<!DOCTYPE html>")
    assert json.loads((tmp_path / "out.json").read_text())["traceEvents"]


def test_logs_of_two_processes_and_json(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for process in (simulator.node, simulator.wallet):
        (tmp_path / f"{process.name}.log").write_text("".join(simulator.log([process])))
    logs = [str(log) for log in tmp_path.glob("*.log")]
    assert main(["ipc", "trace", *logs, "-o", str(tmp_path / "out"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pairs"] == len(simulator.pairs)
    assert told["counts"]["garbled"] == 0
    assert sum(method["count"] for method in told["methods"]) == told["calls"]
    assert Path(told["page"]).exists()


def test_standard_input(
    simulator: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = "".join(simulator.log(exact=False)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text + text[:200])))
    assert main(["ipc", "trace", "-", "-o", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert "no microseconds" in said.err
    assert "cut or garbled" in said.err


class Interrupted(io.BytesIO):
    """A stream that is interrupted `left` times in the middle."""

    left = 1

    def readline(self, size: int | None = -1, /) -> bytes:
        if self.left and self.tell() > len(self.getbuffer()) // 2:
            self.left -= 1
            raise KeyboardInterrupt
        return super().readline(size)


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_lets_the_writer_of_standard_input_end(
    simulator: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    times: int,
) -> None:
    stream = Interrupted("".join(simulator.log()).encode())
    stream.left = times
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
    assert main(["ipc", "trace", "-", "-o", str(tmp_path / "out"), "--json"]) == 0
    calls = json.loads(capsys.readouterr().out)["calls"]
    assert (calls == 2 * len(simulator.pairs)) is (times == 1)
    assert calls > len(simulator.pairs) // 2


def test_following_for_some_time(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "debug.log"
    log.write_text("".join(simulator.log()))
    words = ["ipc", "trace", str(tmp_path), "-o", str(tmp_path / "out"), "--seconds", "0.1"]
    assert main(words) == 0
    assert f"{len(simulator.pairs):,} pairs" in capsys.readouterr().out


def test_only_the_last_calls(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "debug.log"
    log.write_text("".join(simulator.log()))
    assert main(["ipc", "trace", str(log), "-o", str(tmp_path / "out"), "--most", "100"]) == 0
    assert "older calls are left out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ([], 2, "no log given"),
        (["/no/such/log"], 2, "no such log"),
        (["LOG", "--most", "0"], 2, "1 or more"),
        (["LOG"], 2, "-debug=ipc -logtimemicros=1"),
        (["-", "--follow"], 2, "cannot follow standard input"),
        (["LOG", "-o", "/proc/no/such"], 3, "cannot write"),
    ],
)
def test_errors_say_how_to_go_on(
    words: list[str], status: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    simulator: Simulator,
) -> None:  # fmt: skip
    log = tmp_path / "debug.log"
    log.write_text("".join(simulator.log()) if "-o" in words else "no calls\n")
    asked = [str(log) if word == "LOG" else word for word in words]
    assert main(["ipc", "trace", *asked]) == status
    assert said in capsys.readouterr().err
    assert not Path("ipc-trace.html").exists()
