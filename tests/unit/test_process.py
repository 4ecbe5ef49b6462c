"""Processes: errors of starting them, and the output of failed ones."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mpbitcoin import process
from mpbitcoin.errors import MachineError


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    with pytest.raises(MachineError, match="program not found: /no/such/program"):
        process.spawn(["/no/such/program"])
    with pytest.raises(MachineError, match=r"cannot run .*: Permission denied"):
        process.capture([tmp_path])


def test_a_command_that_fails_or_takes_too_long() -> None:
    script = "import sys; print('out'); sys.exit('err')"
    with pytest.raises(process.CommandFailed, match=r"status 1: .*\nerr\nout$"):
        process.capture([sys.executable, "-c", script])
    with pytest.raises(process.CommandFailed, match=r"no answer within 0.1 s$"):
        process.capture([sys.executable, "-c", "import time; time.sleep(60)"], 0.1)
