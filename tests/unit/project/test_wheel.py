"""Checks of the finished wheel: it is not too large and needs none of this machine's libraries."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from mpbitcoin_depends import following
from mpbitcoin_depends.errors import BuildError, UsageError
from mpbitcoin_depends.following import Ended
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import wheel

Make = Callable[[], tuple[wheel.Distribution, ...]]


class Tools:
    """Replaces the tools: writes their files and records their commands."""

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.environment: Mapping[str, str | None] = {}
        self.said = b""
        self.fails = ""
        self.tag = "cp312-abi3"

    def follow(
        self,
        _what: str,
        command: list[str],
        log: Path,
        _progress: Progress,
        *,
        append: bool,
        env: Mapping[str, str | None],
    ) -> Ended:
        self.commands.append(command)
        self.environment = env
        with log.open("ab" if append else "wb") as output:
            output.write(self.said)
        if command[2] == self.fails:
            return Ended(3, 0)
        if command[2] == "build":
            [folder] = [word.split("=", 1)[1] for word in command if word.startswith("--outdir=")]
            (Path(folder) / "a-1.tar.gz").write_bytes(b"source")
            (Path(folder) / f"a-1-{self.tag}-linux_x86_64.whl").write_bytes(b"wheel")
        elif command[2] == "auditwheel":
            [folder] = [word[2:] for word in command if word.startswith("-w")]
            Path(folder).mkdir()
            (Path(folder) / f"a-1-{self.tag}-manylinux_2_36_x86_64.whl").write_bytes(b"wheel")
        return Ended(0, 0)

    @property
    def asked(self) -> list[str]:
        return [command[2] for command in self.commands]


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> Tools:
    made = Tools()
    monkeypatch.setattr(following, "follow", made.follow)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: True)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return made


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return lambda: wheel.make(tmp_path / "dist", tmp_path / "b", ["x.y=1"], 3, Progress())


def test_a_wheel_is_made_and_judged(tools: Tools, make: Make, tmp_path: Path) -> None:
    archive, made = make()
    assert Path(archive.path) == tmp_path / "dist" / "a-1.tar.gz"
    assert Path(made.path).name == "a-1-cp312-abi3-manylinux_2_36_x86_64.whl"
    assert made.bytes == 5
    assert tools.asked == ["build", "auditwheel", "abi3audit"]
    assert {"-Cx.y=1", f"-Cbuild-dir={tmp_path / 'b'}"} < set(tools.commands[0])
    assert tools.environment["CMAKE_BUILD_PARALLEL_LEVEL"] == "3"
    assert str(tools.environment["SOURCE_DATE_EPOCH"]).isdigit()
    left = {file.suffix for file in (tmp_path / "dist").iterdir()}
    assert left == {".gz", ".whl", ".log"}


def test_the_date_of_files_is_a_number(
    tools: Tools, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH=yesterday: must be a whole number"):
        make()
    assert tools.asked == []
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    make()
    assert tools.environment["SOURCE_DATE_EPOCH"] == "86400"


def test_only_the_stable_interface_is_checked_for_it(tools: Tools, make: Make) -> None:
    tools.tag = "cp311-cp311"
    make()
    assert tools.asked == ["build", "auditwheel"]


def test_a_library_of_the_machine_is_an_error(tools: Tools, make: Make, tmp_path: Path) -> None:
    tools.said = b"INFO: Grafting: /usr/lib/libevent.so -> libevent-1234.so\n"
    with pytest.raises(BuildError, match=r"Grafting: /usr/lib/libevent\.so"):
        make()
    assert not list((tmp_path / "dist").glob("*.whl"))


def test_a_wheel_that_is_too_large(
    tools: Tools, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheel, "LIMIT", 4)
    with pytest.raises(BuildError, match="is too large: 5 B, limit 4 B"):
        make()
    assert tools.asked


def test_a_tool_that_fails(tools: Tools, make: Make) -> None:
    tools.said, tools.fails = b"first\nwhat went wrong\n", "build"
    with pytest.raises(BuildError, match="what went wrong") as failed:
        make()
    assert failed.value.message.startswith("building failed with status 3")
    assert "wheel-build.log" in failed.value.hint


def test_missing_tools(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="abi3audit, auditwheel, build, scikit_build_core") as told:
        make()
    assert "make wheel" in told.value.hint
