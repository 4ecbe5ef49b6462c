"""Processes: errors of starting them, and the environment that each gets."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import MachineError


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(MachineError, match="program not found: /no/such/program"):
        process.run(["/no/such/program"])


def test_a_folder_that_is_not_there_is_no_missing_program(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"cannot run .*: no such folder: .*/none"):
        process.capture([sys.executable, "-c", "pass"], cwd=tmp_path / "none")


@pytest.mark.parametrize("name", ["PYTHONHOME", "PYTHONSAFEPATH"])
def test_settings_for_another_python_do_not_reach_ours(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "/nowhere")
    shown = f"import os; print(os.environ.get({name!r}))"
    assert process.capture([sys.executable, "-c", shown]) == "None\n"
    assert process.capture(["sh", "-c", f"echo ${name}"]) == "/nowhere\n"
