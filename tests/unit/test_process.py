"""Programs that can't be started: why."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mpbitcoin import process
from mpbitcoin.errors import MachineError


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(MachineError, match="program not found: /no/such/program"):
        process.run(["/no/such/program"])


def test_a_folder_that_is_not_there_is_no_missing_program(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match=r"cannot run .*: there is no folder .*/none"):
        process.capture([sys.executable, "-c", "pass"], cwd=tmp_path / "none")
