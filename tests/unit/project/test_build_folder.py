"""The build folder: configured for the prefix as it is, and for no other."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest

from mpbitcoin_depends import stamp
from mpbitcoin_depends.errors import BuildError, UsageError
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import build_folder, paths
from mpbitcoin_project.build_folder import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A build folder beside a prefix, with a CMake that writes down its words."""
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    (prefix / "toolchain.cmake").write_text("")
    stamp.write(prefix, "one")
    cmake = tmp_path / "cmake"
    cmake.write_text(
        '#!/bin/sh\nfor word; do case $word in -B*) cd "${word#-B}";; esac; done\n'
        'echo "$@" >> words; touch build.ninja\n'
        'echo "CMAKE_GENERATOR:INTERNAL=Ninja" > CMakeCache.txt\n'
    )
    cmake.chmod(0o755)
    programs = {"cmake": str(cmake)}
    monkeypatch.setattr(build_folder, "program", lambda name: programs.get(name, name))
    return Project(tmp_path / "build folder", prefix / "toolchain.cmake")


def words(project: Project) -> str:
    return (project.folder / "words").read_text().splitlines()[-1]


def test_configured_once_and_again_when_the_prefix_changes(project: Project) -> None:
    assert not project.is_configured()
    project.configure(Progress(quiet=True), ["BUILD_MONOLITH=ON"])
    assert project.is_configured()
    assert "-GNinja" in words(project)
    assert "--fresh" not in words(project)
    stamp.write(project.toolchain.parent, "two")
    assert not project.is_configured()
    project.configure(Progress(quiet=True), ["X=1"])
    assert project.is_configured()
    assert "--fresh -GNinja" in words(project)
    assert "-DBUILD_MONOLITH=ON -DX=1" in words(project)


def test_settings_that_are_there_are_not_made_again(project: Project) -> None:
    project.configure(Progress(quiet=True), ["X=1", "WITH_A:BOOL=ON", "EMPTY=", "CHANGED=1"])
    with (project.folder / "CMakeCache.txt").open("a") as cache:
        cache.write(
            "X:UNINITIALIZED=1\nWITH_A:BOOL=ON\nEMPTY:STRING=\nCHANGED:STRING=2\nY:STRING=1\n"
        )
    for there in (["X=1"], ["X=1", "WITH_A:BOOL=ON"], ["EMPTY="]):
        assert project.is_configured(there)
    for new in (["X=2"], ["Y=1"], ["WITH_A:BOOL=ON", "X=0"], ["CHANGED=1"], ["Z=1"]):
        assert not project.is_configured(new)
    with pytest.raises(UsageError, match="not NAME=VALUE"):
        project.is_configured(["X"])


def test_a_setting_has_a_name_and_a_value(project: Project) -> None:
    for wrong in ("X", "=1", ""):
        with pytest.raises(UsageError, match="not NAME=VALUE"):
            project.configure(Progress(quiet=True), [wrong])


def test_a_damaged_note_means_not_configured(project: Project) -> None:
    project.configure(Progress(quiet=True))
    note = next(project.folder.glob(".mpbitcoin-*.json"))
    assert json.loads(note.read_text())["prefix"] == "one"
    for damaged in ("[", "null", '{"prefix": "one", "settings": null}', '{"settings": {"X": 1}}'):
        note.write_text(damaged)
        assert not project.is_configured()
        project.configure(Progress(quiet=True))
        assert project.is_configured()


def test_failure_shows_the_end_of_the_log(project: Project, tmp_path: Path) -> None:
    (tmp_path / "cmake").write_text("#!/bin/sh\necho some error: here\nexit 3\n")
    with pytest.raises(BuildError) as caught:
        project.configure(Progress(quiet=True))
    assert "some error: here" in caught.value.message
    assert str(project.log) in caught.value.message


def test_failure_shows_the_first_error(project: Project, tmp_path: Path) -> None:
    checks = "\n".join(f"-- Performing Test CXX_SUPPORTS__WERROR_{n}" for n in range(40))
    (tmp_path / "cmake").write_text(
        f"#!/bin/sh\ncat <<'END'\n{checks}\nCMake Error at x:1 (message):\n"
        "  no Python.h\nEND\nexit 1\n"
    )
    with pytest.raises(BuildError) as caught:
        project.configure(Progress(quiet=True))
    assert "no Python.h" in caught.value.message
    assert "WERROR_20" not in caught.value.message


def test_the_command_to_repeat_can_be_pasted(project: Project, tmp_path: Path) -> None:
    (tmp_path / "cmake").write_text("#!/bin/sh\nexit 3\n")
    with pytest.raises(BuildError) as caught:
        project.configure(Progress(quiet=True), ["CMAKE_CXX_FLAGS=-g '-DX=a b'"])
    words = shlex.split(caught.value.hint.removeprefix("run it again: "))
    assert "-DCMAKE_CXX_FLAGS=-g '-DX=a b'" in words
    assert f"-B{project.folder}" in words


@pytest.mark.parametrize("name", ["CMAKE_HOME_DIRECTORY", "CMAKE_CACHEFILE_DIR"])
def test_a_folder_from_elsewhere_is_to_be_removed(
    project: Project, tmp_path: Path, name: str
) -> None:
    project.configure(Progress(quiet=True))
    cache = project.folder / "CMakeCache.txt"
    here = {"CMAKE_HOME_DIRECTORY": str(paths.PROJECT), "CMAKE_CACHEFILE_DIR": str(project.folder)}
    cache.write_text("".join(f"{key}:INTERNAL={value}\n" for key, value in here.items()))
    project.configure(Progress(quiet=True))
    here[name] = str(tmp_path / "old place")
    cache.write_text("".join(f"{key}:INTERNAL={value}\n" for key, value in here.items()))
    for step in (project.configure, project.build):
        with pytest.raises(UsageError, match="old place") as caught:
            step(Progress(quiet=True))
        command = caught.value.hint.partition(": ")[2]
        assert shlex.split(command) == ["rm", "-rf", str(project.folder)]


@pytest.mark.parametrize("above", [True, False])
def test_jobs_are_those_of_a_make_above(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, above: bool
) -> None:
    read, write = os.pipe()
    monkeypatch.setenv("MAKEFLAGS", f" -j2 --jobserver-auth={read},{write}" if above else " -j2")
    project.configure(Progress(quiet=True))
    with (project.folder / "CMakeCache.txt").open("a") as cache:
        cache.write("CMAKE_MAKE_PROGRAM:FILEPATH=ninja\n")
    (tmp_path / "cmake").write_text(f'#!/bin/sh\necho "$@ $MAKEFLAGS" > "{tmp_path}/said"\n')
    project.build(Progress(quiet=True), jobs=3)
    own = (tmp_path / "said").read_text()
    assert own.split()[-1] == "--parallel=3"
    project.build(Progress(quiet=True))
    said = (tmp_path / "said").read_text()
    assert ("--jobserver-auth=fifo:" in said) == above
    assert ("--parallel=" in said) != above
    os.close(read)
    os.close(write)
