"""machine.py: the limits that it detects."""

from __future__ import annotations

from pathlib import Path

from mpbitcoin_depends import machine


def test_a_control_groups_limit_lowers_the_memory(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1048576\n")
    assert machine.memory(limit) == 1048576


def test_without_a_limit_the_memory_is_the_machines(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    physical = machine.memory(limit)
    limit.write_text("max\n")
    assert machine.memory(limit) == physical > 1048576
