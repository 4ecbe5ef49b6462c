"""Tests of mpbitcoin.locks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.locks import lock


def test_makes_parents_and_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.lock"
    for _ in range(2):
        with lock(path):
            assert path.is_file()


def test_a_second_holder_waits_and_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "l"
    order: list[str] = []
    told = threading.Event()

    def report(line: str) -> None:
        order.append(line)
        told.set()

    def second() -> None:
        with lock(path, waiting=report):
            order.append("second")

    thread = threading.Thread(target=second)
    with lock(path):
        thread.start()
        assert told.wait(10)
        order.append("first ends")
    thread.join(10)
    assert str(path) in order[0]
    assert order[1:] == ["first ends", "second"]


def test_shared_holders_do_not_wait(tmp_path: Path) -> None:
    told: list[str] = []
    with lock(tmp_path / "l", exclusive=False), lock(tmp_path / "l", False, told.append):
        assert told == []


def test_is_released_by_an_exception(tmp_path: Path) -> None:
    told: list[str] = []
    with pytest.raises(KeyError), lock(tmp_path / "l"):
        raise KeyError
    with lock(tmp_path / "l", waiting=told.append):
        assert told == []


def test_a_lock_file_removed_meanwhile_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "l"
    held = threading.Event()
    told = threading.Event()

    def second() -> None:
        with lock(path, waiting=lambda _: told.set()):
            held.set()

    thread = threading.Thread(target=second)
    with lock(path):
        thread.start()
        assert told.wait(10)
        path.unlink()
    assert held.wait(10)
    thread.join(10)
    assert path.is_file()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MachineError, match="lock file"), lock(tmp_path / "file" / "l"):
        pass
