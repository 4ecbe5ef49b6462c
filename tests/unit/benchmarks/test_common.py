"""Measuring, judging and printing of the benchmarks."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import common
import pytest
from common import Bench, Cost, Row

from mpbitcoin_depends.errors import BuildError, MachineError

TWO = Cost(2.0, 3.0, 100 << 20, 200 << 20)
ONE = Cost(1.0, 1.5, 50 << 20)


def test_ratio_is_ours_over_the_peers() -> None:
    assert Row("x", TWO, ONE).ratio == 0.5
    assert Row("x", None, ONE).ratio is None


@pytest.mark.parametrize(
    ("row", "passed"),
    [
        (Row("no goal", TWO, ONE), None),
        (Row("reached", TWO, ONE, 0.5), True),
        (Row("missed", TWO, ONE, 0.49), False),
        (Row("not measured", None, ONE, 0.5), None),
        (Row("none built", TWO, ONE, ours_built=0, most=0), True),
        (Row("one built", TWO, ONE, 0.5, ours_built=1, most=0), False),
    ],
)
def test_verdict(row: Row, passed: bool | None) -> None:
    assert row.passed is passed


def test_table_is_aligned_and_says_all() -> None:
    text = common.table([Row("cold", TWO, ONE, 0.4, 9, 6), Row("only ours", None, ONE)])
    lines = text.splitlines()
    assert len({len(line) for line in lines}) == 1
    for word in ("2.00 s", "1.00 s", "0.500", "≤ 0.4", "MISSED", "104.9 MB / 209.7 MB", "52.4 MB"):
        assert word in lines[2]


def test_measure_counts_descendants_and_keeps_the_log(tmp_path: Path) -> None:
    child = "b = bytearray(60 << 20); sum(range(3_000_000)); print('from the child')"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = Bench("x", tmp_path).measure("step", [sys.executable, "-c", parent], tmp_path)
    assert (tmp_path / "step.log").read_text() == "from the child\n"
    assert cost.wall > 0
    assert cost.cpu > 0
    assert cost.largest > 60 << 20


def test_measure_tells_the_end_of_the_log_of_a_failed_step(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('the reason'); raise SystemExit(3)"]
    with pytest.raises(BuildError, match=r"step failed with status 3\n.*the reason") as caught:
        Bench("x", tmp_path).measure("step", command, tmp_path)
    assert str(tmp_path / "step.log") in caught.value.hint


def test_measure_keeps_make_of_outside_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAKEFLAGS", "-j9")
    command = [sys.executable, "-c", "import os; print('MAKEFLAGS' in os.environ)"]
    Bench("x", tmp_path).measure("step", command, tmp_path)
    assert (tmp_path / "step.log").read_text() == "False\n"


def test_median_takes_turns(tmp_path: Path) -> None:
    order = []
    walls = {"a": iter([5.0, 1.0, 3.0]), "b": iter([1.0, 9.0, 2.0])}

    def call(side: str, step: str) -> Cost:
        order.append(step)
        return Cost(next(walls[side]), 0.0)

    found = Bench("x", tmp_path).median(
        "s", 3, {"a": lambda step: call("a", step), "b": lambda step: call("b", step)}
    )
    assert (found["a"].wall, found["b"].wall) == (3.0, 2.0)
    assert order == ["s-1-a", "s-1-b", "s-2-a", "s-2-b", "s-3-a", "s-3-b"]


def test_finish_writes_results_and_fails_when_a_goal_was_missed(tmp_path: Path) -> None:
    bench = Bench("x", tmp_path, {"jobs": "2"}, ["adapted"], [Row("cold", TWO, ONE, 0.4)])
    assert bench.finish() == 1
    data = json.loads((tmp_path / "result.json").read_text())
    assert data["rows"][0]["ratio"] == 0.5
    assert data["rows"][0]["passed"] is False
    assert "- note: adapted" in (tmp_path / "result.md").read_text()
    bench.rows = [Row("cold", TWO, ONE, 0.6)]
    assert bench.finish() == 0


def test_folder_in_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MachineError, match="not empty"):
        common.make_folder(tmp_path)
