"""Stages of the tests: their order, their logs and their ends, with stages of tiny scripts."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from mpbitcoin.errors import RunError
from mpbitcoin_depends import machine
from mpbitcoin_depends.errors import BuildError
from mpbitcoin_project import check, paths, stages
from mpbitcoin_project.__main__ import main
from mpbitcoin_project.stages import Command, Stage
from tests.waiting import wait_until

#: Passes only if the other one runs at the same time.
MEET = """\
import pathlib, sys, time
mine, other = map(pathlib.Path, sys.argv[1:])
mine.touch()
while not other.exists():
    time.sleep(0.01)
"""


def scripts(*texts: str, words: tuple[str, ...] = ()) -> Callable[[Path], Iterator[Command]]:
    """The commands of a stage: these programs in Python."""

    def commands(_: Path) -> Iterator[Command]:
        for text in texts:
            yield Command([sys.executable, "-c", text, *words])

    return commands


def together(*texts: str, words: tuple[str, ...] = ()) -> Stage:
    return Stage(scripts(*texts, words=words), "1 s", together=True)


def broken(_: Path) -> Iterator[Command]:
    yield Command([sys.executable, "-c", "print('one')"])
    raise BuildError("no compiler works")


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Stage]:
    """The stages, empty at first; a test fills it."""
    made: dict[str, Stage] = {}
    monkeypatch.setattr(stages, "STAGES", made)
    monkeypatch.setattr(check, "STAGES", made)
    return made


def ran(shown: str) -> dict[str, str]:
    """The results that the summary lists."""
    listed = shown.partition("Results after ")[2].splitlines()[1:]
    found = [re.fullmatch(r"  (\w+) +(.*?)(?: in \d.*)?", line) for line in listed]
    return {match[1]: match[2] for match in found if match}


def test_stages_that_use_what_is_built_run_together(
    table: dict[str, Stage], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    table["first"] = Stage(scripts("print('first speaks')"), "1 s")
    table["left"] = together("print('left speaks')", MEET, words=(one, two))
    table["right"] = together(MEET, words=(two, one))
    table["last"] = Stage(scripts("print('last speaks')"), "1 s")
    assert main(["check", "-j2", "-B", str(tmp_path), *table]) == 0
    shown = capfd.readouterr().out
    assert ran(shown) == dict.fromkeys(table, "passed")
    assert "4 stages passed" in shown
    assert shown.index("first speaks") < shown.index("== left") < shown.index("last speaks")
    assert "left speaks" not in shown  # nobody reads what passes
    log = tmp_path / "check" / "left.log"
    assert log.read_text() == "left speaks\n"
    assert f"== left, log: {log}" in shown


def test_one_after_the_other(
    table: dict[str, Stage], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("left", "right"):
        table[name] = together(f"print('{name} speaks')")
    assert main(["check", "-j1", "-B", str(tmp_path), *table]) == 0
    shown = capfd.readouterr().out
    order = ["== left", "left speaks", "== left passed", "== right", "right speaks"]
    assert sorted(order, key=shown.index) == order
    assert not (tmp_path / "check").exists()


def test_a_failure_hides_no_result(
    table: dict[str, Stage], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What runs beside it ends, and what comes after it does not start."""
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    table["bad"] = together("print('why'); raise SystemExit(3)")
    table["worse"] = Stage(broken, "1 s", together=True)
    table["good"] = together(MEET, words=(here, there))
    table["late"] = together(MEET, words=(there, here))
    table["after"] = Stage(scripts("print('after speaks')"), "1 s")
    assert main(["check", "-j3", "-B", str(tmp_path), *table]) == RunError.exit_code
    shown = capfd.readouterr()
    assert ran(shown.out) == {
        "bad": "failed (status 3)", "worse": "failed (no compiler works)",
        "good": "passed", "late": "passed", "after": "did not run",
    }  # fmt: skip
    assert "why\n" in shown.out
    assert shown.err.splitlines() == [
        "error: bad, worse failed", '  hint: run again: make check STAGES="bad worse"'
    ]  # fmt: skip


def test_on_one_core_stages_run_in_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name for name in stages.STAGES if name in stages.DEFAULT]
    assert check.batches(names, 1) == [[name] for name in names]
    assert check.batches(names, check.MOST_JOBS)[-1] == [
        "integration", "processes", "ipc", "functional"
    ]  # fmt: skip
    assert machine.cores() == 1 or check.batches(names, machine.cores())[-1] != names[-1:]


#: A stage whose process and whose child both clean up when they are interrupted.
TIDY = """\
import pathlib, subprocess, sys, time
try:
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    time.sleep(1000)
except KeyboardInterrupt:
    time.sleep(1)
    pathlib.Path(sys.argv[1]).touch()
"""
#: One that does not hear.
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + TIDY
CHECK = """\
import sys
from mpbitcoin_project import __main__, check, stages
from tests.unit.project.test_check import DEAF, TIDY, together
tidied = sys.argv[2]
stages.STAGES.update(tidy=together(TIDY, words=(tidied,)), deaf=together(DEAF, words=(tidied,)))
check._GRACE = float(sys.argv[1])
sys.exit(__main__.main(sys.argv[3:]))
"""


#: Starts a program with what happens at signals: as a terminal does, or `nohup … &` in a script.
_LAUNCH = """\
import os, signal, sys
signal.signal(signal.SIGHUP, signal.{how})
signal.signal(signal.SIGINT, signal.{how})
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
TERMINAL = _LAUNCH.format(how="SIG_DFL")
NOHUP = _LAUNCH.format(how="SIG_IGN")


@contextmanager
def started(
    folder: Path, *names: str, launcher: str = TERMINAL
) -> Iterator[tuple[subprocess.Popen[bytes], list[psutil.Process]]]:
    """The command with these stages, and their processes."""
    words = ["2", str(folder / "tidied"), "check", "-j2", "-B", str(folder), *names]
    with subprocess.Popen(
        [sys.executable, "-c", launcher, "-c", CHECK, *words], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, cwd=paths.PROJECT,
        env={**os.environ, "PYTHONPATH": f"{paths.IMPORTS}:{paths.PROJECT}"},
    ) as command:  # fmt: skip

        def ready() -> list[psutil.Process]:
            """The children of the stages, when all have become their programs."""
            found = psutil.Process(command.pid).children(recursive=True)
            named = [child for child in found if "time.sleep(1000)" in " ".join(child.cmdline())]
            return named if len(named) == 2 * len(names) else []

        try:
            yield command, wait_until(ready, "see all children")
        finally:
            command.kill()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("names", [("tidy", "deaf"), ("tidy",)])
def test_an_interrupt_ends_all(tmp_path: Path, how: signal.Signals, names: tuple[str, ...]) -> None:
    with started(tmp_path, *names) as (command, children):
        command.send_signal(how)
        _, said = command.communicate()
    assert command.returncode == 130
    assert b"run again to continue" in said
    assert psutil.wait_procs(children, timeout=30)[1] == []
    assert (tmp_path / "tidied").exists()


def test_in_the_background_it_ends_all_too(tmp_path: Path) -> None:
    """It ignores what it was started to ignore; its stages do not."""
    with started(tmp_path, "tidy", launcher=NOHUP) as (command, children):
        for number in (signal.SIGINT, signal.SIGHUP):
            command.send_signal(number)
        assert psutil.wait_procs([psutil.Process(command.pid)], timeout=1)[0] == []
        command.send_signal(signal.SIGTERM)
        command.communicate()
    assert command.returncode == 130
    assert psutil.wait_procs(children, timeout=30)[1] == []
    assert (tmp_path / "tidied").exists()
