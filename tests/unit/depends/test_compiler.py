"""Compilers: found, looked through launchers, remembered."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from mpbitcoin_depends import compiler
from mpbitcoin_depends.errors import MachineError

SCRIPT = """#!/bin/sh
echo asked >> "{log}"
case "$*" in
*-dumpmachine*) echo x86_64-linux-gnu;;
*-E*) printf '#define __GNUC__ 13\\n#define __GNUC_MINOR__ 2\\n#define __GNUC_PATCHLEVEL__ 0\\n';;
*) echo 'gcc 13.2.0';;
esac
"""


@pytest.fixture
def gcc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gcc on PATH, behind a folder where that name is ccache."""
    masks, real = tmp_path / "masks", tmp_path / "real"
    masks.mkdir()
    real.mkdir()
    (real / "gcc").write_text(SCRIPT.format(log=tmp_path / "log"))
    (real / "ccache").write_text("#!/bin/sh\nexit 1\n")
    for program in real.iterdir():
        program.chmod(0o755)
    (masks / "gcc").symlink_to(real / "ccache")
    monkeypatch.setenv("PATH", f"{masks}:{real}:/usr/bin:/bin")
    return real / "gcc"


@pytest.mark.parametrize("command", ["gcc", "ccache gcc"])
def test_launchers_are_looked_through(gcc: Path, command: str) -> None:
    assert compiler.locate(command) == (str(gcc), ())


def test_arguments_stay(gcc: Path) -> None:
    assert compiler.locate("gcc -m32 '-DX=a b'") == (str(gcc), ("-m32", "-DX=a b"))


def test_asked_once_until_it_changes(gcc: Path, tmp_path: Path) -> None:
    memory, log = tmp_path / "memory", tmp_path / "log"
    first = compiler.probe("gcc", memory)
    assert (first.family, first.version, first.major) == ("gcc", "13.2.0", "13")
    asked = log.read_text()
    assert compiler.probe("gcc", memory) == first
    assert log.read_text() == asked
    gcc.write_text(gcc.read_text() + "# newer\n")
    second = compiler.probe("gcc", memory)
    assert log.read_text() != asked
    assert second.identity != first.identity


@pytest.mark.parametrize("content", ["", "[]", "{", '{"x": 1}', "null", "3"])
def test_damaged_memory_is_forgotten(gcc: Path, tmp_path: Path, content: str) -> None:
    first = compiler.probe("gcc", tmp_path)
    [memory] = tmp_path.glob("*.json")
    memory.write_text(content)
    assert compiler.probe("gcc", tmp_path) == first


def test_an_answer_that_is_no_compilers_is_asked_for_again(gcc: Path, tmp_path: Path) -> None:
    first = compiler.probe("gcc", tmp_path)
    [memory] = tmp_path.glob("*.json")
    known = json.loads(memory.read_text())
    wrongs: list[object] = [None, [], {"command": "gcc"}, {**asdict(first), "version": None}]
    for wrong in wrongs:
        memory.write_text(json.dumps({**known, "answer": wrong}))
        assert compiler.probe("gcc", tmp_path) == first


def test_a_compiler_of_no_version_is_refused(gcc: Path, tmp_path: Path) -> None:
    gcc.write_text(gcc.read_text().replace("__GNUC_MINOR__", "__NOTHING__"))
    with pytest.raises(MachineError, match="neither GCC nor Clang"):
        compiler.probe("gcc", tmp_path)


def test_missing(gcc: Path) -> None:
    with pytest.raises(MachineError, match="compiler not found: no-such-gcc"):
        compiler.locate("no-such-gcc -O2")
