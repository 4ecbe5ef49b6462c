"""The functional suite's driver, on a suite of tiny scripts."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from mpbitcoin.errors import RunError
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import paths
from mpbitcoin_project.__main__ import main
from mpbitcoin_project.cli import functional
from mpbitcoin_project.functional import runner, table
from mpbitcoin_project.functional.suite import (
    MONOLITH,
    SPLIT,
    VARIANTS,
    Result,
    Results,
    Suite,
    chosen,
)
from tests.waiting import PATIENCE, wait_until

#: The start of each script; adds `words` (its flags) and `data` (its existing --tmpdir).
BODIES = {
    "create_cache.py": "Path(words['cachedir']).mkdir()",
    "pass.py": "",
    "skip.py": "print('x (WARNING): Test Skipped: no moon'); sys.exit(77)",
    "fail.py": "print('AssertionError: not(1 == 2)\\nTest failed.'); sys.exit(1)",
    "shaky.py": "mark = data.parents[2] / 'mark'; again = mark.exists(); mark.touch(); "
    "print('' if again else 'OSError: busy'); sys.exit(not again)",
    "noisy.py": "print('what was that', file=sys.stderr)",
    "monolith_only.py": "sys.exit(os.environ['BITCOIND'].endswith('bitcoin-node'))",
    "slow.py": "time.sleep(60)",
    "orphan.py": "subprocess.Popen(['sleep', '60'])",
    "tell.py": "print(json.dumps([sys.argv, dict(os.environ), os.getcwd()])); sys.exit(1)",
    "wallet_argv.py": "# wallet_argv",
}
PROLOGUE = """\
import json, os, subprocess, sys, time
from pathlib import Path
words = dict(w[2:].partition("=")[::2] for w in sys.argv[1:] if w.startswith("--"))
data = Path(words["tmpdir"])
data.mkdir()
"""


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A build folder with executables and a suite whose list is empty."""
    made = Suite(tmp_path / "build")
    made.scripts.mkdir(parents=True)
    made.config.write_text("[components]\n")
    made.bin.mkdir()
    for variant in VARIANTS.values():
        for name in variant.executables:
            (made.bin / name).write_text(f"#!/bin/sh\necho {name} version 1 in {variant.name}\n")
            (made.bin / name).chmod(0o755)
    for name, body in BODIES.items():
        (made.scripts / name).write_text(PROLOGUE + body + "\n")
    return made


def enlist(suite: Suite, *tests: str, extended: Sequence[str] = ()) -> None:
    lists = f"EXTENDED_SCRIPTS = {list(extended)}\nALL_SCRIPTS = EXTENDED_SCRIPTS + {list(tests)}\n"
    (suite.scripts / "test_runner.py").write_text(lists)


def run(suite: Suite, *words: str) -> int:
    return main(["functional", "-B", str(suite.build), "--no-build", *words])


def results(suite: Suite) -> Results:
    return suite.results(suite.tests(), VARIANTS.values())


def status(suite: Suite, test: str, variant: str = "split") -> tuple[str, str]:
    result = results(suite)[test, variant]
    return result.status, result.reason


def test_each_end_has_its_status(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    enlist(suite, "pass.py --usecli", "skip.py", "fail.py", "noisy.py")
    assert run(suite, "--variant=split") == RunError.exit_code
    assert status(suite, "pass.py --usecli") == ("passed", "")
    assert status(suite, "skip.py") == ("skipped", "no moon")
    assert status(suite, "fail.py") == ("failed", "AssertionError: not(1 == 2)")
    assert status(suite, "noisy.py") == ("failed", "what was that")
    shown = capsys.readouterr().err
    assert "split: 1 passed, 1 skipped, 2 failed" in shown
    kept = results(suite)["fail.py", "split"].folder
    assert f"kept: {kept}" in shown
    assert (Path(kept) / "stdout").is_file()
    assert "2 tests pass with the monolith only: fail.py, noisy.py" in shown
    work = suite.place(SPLIT, "work")
    assert sorted(folder.name for folder in work.iterdir()) == ["fail", "noisy"]


def test_the_longest_are_left_out_when_asked(suite: Suite) -> None:
    enlist(suite, "pass.py", extended=["skip.py"])
    assert run(suite, "--variant=split", "--no-extended") == 0
    assert set(results(suite)) == {("pass.py", "split")}
    assert run(suite, "--variant=split") == 0
    assert set(results(suite)) == {("pass.py", "split"), ("skip.py", "split")}


def test_a_failed_test_is_run_again_alone(suite: Suite) -> None:
    enlist(suite, "shaky.py", "fail.py", "pass.py")
    assert run(suite, "--variant=split", "--retry") == RunError.exit_code
    reason = "failed at first, then passed alone: OSError: busy"
    assert status(suite, "shaky.py") == ("passed", reason)
    assert status(suite, "fail.py") == ("failed", "AssertionError: not(1 == 2)")
    assert status(suite, "pass.py") == ("passed", "")


def test_a_test_is_told_what_the_suites_runner_tells(
    suite: Suite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BITCOIN_CMD", "bitcoin -m")
    monkeypatch.setenv("BITCOINCLI", "/elsewhere/bitcoin-cli")
    enlist(suite, "tell.py --v1transport")
    assert run(suite) == 0  # fails with both
    seen = []
    for name, node in (("monolith", "bitcoind"), ("split", "bitcoin-node")):
        folder = results(suite)["tell.py --v1transport", name].folder
        argv, env, place = json.loads((Path(folder) / "stdout").read_text())
        assert argv[1] == "--v1transport"
        words = dict(word.partition("=")[::2] for word in argv[2:])
        assert words["--configfile"] == str(suite.config)
        assert words["--cachedir"] == str(suite.place(VARIANTS[name], "cache"))
        assert words["--tmpdir"].startswith(folder)
        assert not words["--tmpdir"].isascii()
        assert env["BITCOIND"] == str(suite.bin / node)
        assert env["PATH"].startswith(f"{suite.bin}{os.pathsep}")
        assert env["PYTHON_GIL"] == "1"
        assert not {"BITCOIN_CMD", "BITCOINCLI"} & set(env)
        assert place == str(suite.build)
        seen.append(words["--portseed"])
    assert len(set(seen)) == 2


def test_what_has_a_result_is_not_run_again(suite: Suite) -> None:
    enlist(suite, "pass.py", "skip.py", "fail.py")
    assert run(suite) == 0
    first = results(suite)
    assert len(first) == 6
    (suite.scripts / "fail.py").write_text(PROLOGUE)
    (suite.scripts / "skip.py").write_text(PROLOGUE)
    assert run(suite) == 0
    assert results(suite) == first
    assert run(suite, "--again=failed") == 0
    assert status(suite, "fail.py") == ("passed", "")
    assert status(suite, "skip.py") == ("skipped", "no moon")
    assert run(suite, "--again=skip") == 0
    assert status(suite, "skip.py") == ("passed", "")
    (suite.scripts / "pass.py").write_text(PROLOGUE + BODIES["skip.py"])
    assert run(suite, "--again=all", "skip") == 0
    assert status(suite, "pass.py") == ("passed", "")
    assert run(suite, "--again=all") == 0
    assert status(suite, "pass.py") == ("skipped", "no moon")


def test_a_rebuilt_executable_makes_results_stale(suite: Suite) -> None:
    enlist(suite, "pass.py", "wallet_argv.py")
    assert run(suite) == 0
    (suite.bin / "bitcoin-wallet").write_text("another")
    # The monolith's tests do not start it, but for one that names it.
    assert set(results(suite)) == {("pass.py", "monolith")}
    cache = suite.place(SPLIT, "cache")
    made = cache.stat().st_mtime_ns
    assert run(suite) == 0
    assert len(results(suite)) == 4
    assert cache.stat().st_mtime_ns != made
    (suite.build / "test" / "config.ini").write_text("[components]\nENABLE_ZMQ=true\n")
    assert not results(suite)


def test_a_missing_executable_is_one_clear_error(
    suite: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    enlist(suite, "pass.py")
    (suite.bin / "bitcoind").unlink()
    assert run(suite) == UsageError.exit_code
    assert "no bitcoind in" in capsys.readouterr().err
    assert run(suite, "--variant=split") == 0


def test_executables_that_change_meanwhile_end_the_run(suite: Suite) -> None:
    enlist(suite, "pass.py")
    body = f"Path({str(suite.bin / 'bitcoin-node')!r}).write_text('new')"
    (suite.scripts / "pass.py").write_text(PROLOGUE + body)
    with pytest.raises(RunError, match="changed during the run"):
        runner.Runner(suite, 1, 60, Progress(quiet=True)).run(SPLIT, ["pass.py"])
    assert not results(suite)


def test_a_test_that_never_ends_is_killed_with_its_children(suite: Suite) -> None:
    (suite.scripts / "slow.py").write_text(
        PROLOGUE + "p = subprocess.Popen(['sleep', '61']); print(p.pid, flush=True); p.wait()\n"
    )
    enlist(suite, "slow.py")
    assert run(suite, "--variant=split", "--timeout=0.1") == RunError.exit_code
    result = results(suite)["slow.py", "split"]
    assert result.reason == "still running after 6.0 s"
    for child in (Path(result.folder) / "stdout").read_text().split():
        assert is_gone(child)


def is_gone(number: str) -> bool:
    try:
        return psutil.Process(int(number)).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_processes_left_behind_are_a_failure(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_GRACE", 0.2)
    enlist(suite, "orphan.py")
    assert run(suite, "--variant=split") == RunError.exit_code
    assert status(suite, "orphan.py") == (
        "failed",
        "processes still run 0.2 s after its end: sleep",
    )


def test_processes_of_another_session_are_known_by_their_data_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import time; time.sleep(60)", f"-datadir={tmp_path}/data"]
    with subprocess.Popen(command, start_new_session=True) as started:
        try:
            wait_until(lambda: [found.pid for found in runner.living(tmp_path)] == [started.pid])
            assert not runner.living(tmp_path / "other")
        finally:
            started.kill()


def test_an_interrupted_run_leaves_nothing_running_and_goes_on(suite: Suite) -> None:
    enlist(suite, "pass.py", "slow.py")
    words = ["functional", "-B", str(suite.build), "--no-build", "--variant=split", "-j1"]
    with subprocess.Popen(
        [sys.executable, "-m", "mpbitcoin_project", *words],
        env={**os.environ, "PYTHONPATH": paths.IMPORTS},
        stderr=subprocess.PIPE,
    ) as started:
        folder = suite.place(SPLIT, "work", "slow")
        wait_until(lambda: bool(list(folder.glob("*/"))) and bool(runner.living(folder)))
        started.send_signal(signal.SIGTERM)
        _, said = started.communicate(timeout=PATIENCE)
    assert started.returncode == 130
    assert b"finished work is kept" in said
    assert not runner.living(folder)
    assert not folder.exists()
    assert status(suite, "pass.py") == ("passed", "")
    (suite.scripts / "slow.py").write_text(PROLOGUE)
    (suite.scripts / "pass.py").write_text(PROLOGUE + "sys.exit(1)")
    assert run(suite, "--variant=split") == 0
    assert status(suite, "slow.py") == ("passed", "")


def test_no_common_chain_is_one_clear_error(
    suite: Suite, capsys: pytest.CaptureFixture[str]
) -> None:
    enlist(suite, "pass.py")
    (suite.scripts / "create_cache.py").write_text("raise RuntimeError('no node')")
    assert run(suite) == RunError.exit_code
    shown = capsys.readouterr().err
    assert "bitcoind: cannot create the tests' common chain: RuntimeError: no node" in shown


def test_names() -> None:
    tests = ("wallet_a.py", "wallet_b.py --usecli", "wallet_b.py", "p2p_c.py")
    assert chosen(tests, ["wallet_b"]) == ("wallet_b.py --usecli", "wallet_b.py")
    assert chosen(tests, ["wallet_b.py --usecli"]) == ("wallet_b.py --usecli",)
    assert chosen(tests, ["p2p_*", "wallet_a.py"]) == ("wallet_a.py", "p2p_c.py")
    with pytest.raises(UsageError, match="no test matches wallet_x"):
        chosen(tests, ["wallet_x"])


def ended(test: str, variant: str, state: str) -> tuple[tuple[str, str], Result]:
    return (test, variant), Result(test, variant, state, 1.0, f"why {state}", "key")


@pytest.mark.parametrize(("monolith", "split", "is_worse"), [
    ("passed", "failed", True),
    ("passed", "skipped", True),
    ("skipped", "failed", True),
    ("", "failed", True),
    ("failed", "failed", False),
    ("failed", "passed", False),
    ("skipped", "skipped", False),
    ("", "skipped", False),
    ("passed", "", False),
])  # fmt: skip
def test_worse(monolith: str, split: str, is_worse: bool) -> None:
    found = dict(
        ended("a.py", name, state)
        for name, state in (("monolith", monolith), ("split", split))
        if state
    )
    assert table.worse(found, ["a.py", "b.py"]) == (["a.py"] if is_worse else [])


def test_what_is_expected_is_not_worse_and_has_its_reason(
    monkeypatch: pytest.MonkeyPatch, suite: Suite
) -> None:
    monkeypatch.setattr(table, "EXPECTED", {"fail.py": "it looks into the node"})
    enlist(suite, "fail.py")
    found = dict([ended("fail.py", "monolith", "passed"), ended("fail.py", "split", "failed")])
    assert table.worse(found, ["fail.py"]) == []
    page = table.markdown(suite, found, ["fail.py"], 1)
    assert "| `fail.py` | passed | failed | 1 | 1 | it looks into the node |" in page


def test_page(suite: Suite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(functional, "_PAGE", page)
    monkeypatch.setattr(paths, "PROJECT", tmp_path)
    enlist(suite, "skip.py", "pass.py", "monolith_only.py")
    for test, state, reason in (
        ("skip.py", "skipped", "no moon"),
        ("pass.py", "passed", ""),
        ("monolith_only.py", "failed", "<build> | gone"),
    ):
        key = suite.key(SPLIT, test)
        suite.save(SPLIT, Result(test, "split", state, 12.3, reason, key))
    assert run(suite, "--table", "--variant=split") == RunError.exit_code
    assert not page.exists()
    for test, state, reason in (
        ("skip.py", "skipped", "no moon"),
        ("pass.py", "passed", ""),
        ("monolith_only.py", "passed", ""),
    ):
        key = suite.key(MONOLITH, test)
        suite.save(MONOLITH, Result(test, "monolith", state, 10.0, reason, key))
    assert run(suite, "--table") == RunError.exit_code
    lines = page.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("`bitcoind version 1 in monolith`, ") for line in lines)
    assert "| monolith | 2 | 1 | 0 | 30 |" in lines
    assert "| split | 1 | 1 | 1 | 37 |" in lines
    assert lines[-3:] == [
        "| `monolith_only.py` | passed | failed | 10 | 12 | split: &lt;build> \\| gone |",
        "| `pass.py` | passed | passed | 10 | 12 | |",
        "| `skip.py` | skipped | skipped | 10 | 12 | no moon |",
    ]


def test_list_and_json(suite: Suite, capsys: pytest.CaptureFixture[str]) -> None:
    enlist(suite, "skip.py", "pass.py")
    assert run(suite, "pass", "--variant=monolith", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(one["test"], one["status"]) for one in told] == [("pass.py", "passed")]
    assert run(suite, "--list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"skip.py +monolith no result +split no result", lines[0])
    assert re.fullmatch(r"pass.py +monolith passed \d+\.\d s +split no result", lines[1])


@pytest.mark.parametrize("word", ["--no-build", "--list"])
def test_a_folder_without_a_suite(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    assert main(["functional", "-B", str(tmp_path), word]) == UsageError.exit_code
    shown = capsys.readouterr().err
    assert f"build it: mpbitcoin build -B {tmp_path} -D BUILD_MONOLITH=ON\n" in shown
