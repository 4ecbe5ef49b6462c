"""The programs that builds and tests need, and the packages that bring them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mpbitcoin_depends.errors import MachineError
from mpbitcoin_project import paths, stages, tools
from mpbitcoin_project.__main__ import main


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose PATH contains only this folder, which tests fill."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(machine: Path, *names: str) -> None:
    for name in names:
        (machine / name).write_text("#!/bin/sh\n")
        (machine / name).chmod(0o755)


def test_packages_go_by_the_name_of_the_package_manager(machine: Path) -> None:
    install(machine, "dnf")
    assert tools.packages([tools.COMPILER, tools.MAKE]) == ("gcc-c++", "make")
    assert tools.install_command(tools.COMPILER) == "dnf install gcc-c++"


def test_any_of_a_tools_programs_will_do(machine: Path) -> None:
    assert tools.missing([tools.BROWSER]) == (tools.BROWSER,)
    install(machine, "google-chrome")
    assert tools.missing([tools.BROWSER]) == ()


def test_a_package_that_brings_two_programs_is_named_once(machine: Path) -> None:
    of_binutils = [x for x in tools.for_stages(["wheel"]) if x.package == "binutils"]
    assert len(of_binutils) == 2
    assert tools.packages(tools.missing(of_binutils)) == ("binutils",)


def test_headers_of_python_are_looked_for_where_it_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [header] = [x for x in tools.for_stages(["native"]) if isinstance(x, tools.PythonHeader)]
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path / name))
    assert header.find() is None
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "Python.h").touch()
    assert header.find() == str(tmp_path / "include" / "Python.h")


def test_stages_of_tools_exist() -> None:
    named = {stage for tool in tools.FOR_TESTS for stage in tool.stages}
    assert named <= set(stages.STAGES)


def test_stages_that_run_only_when_named_are_documented() -> None:
    assert "core" in stages.NAMED  # Bitcoin Core is compiled once by default
    text = (paths.PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for name in stages.NAMED:
        assert f"`make {name}`" in text or f"`make check STAGES={name}`" in text


def test_a_stage_names_its_missing_tools_before_it_starts(
    machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    install(machine, "apt-get", "git")
    assert main(["check", "unit", "processes"]) == MachineError.exit_code
    shown = capsys.readouterr()
    assert "the tests need nm" in shown.err
    assert "apt-get install binutils" in shown.err
    assert "== unit" not in shown.out


@pytest.mark.parametrize("there", [True, False])
def test_doctor_lists_each_program_once(
    machine: Path, capsys: pytest.CaptureFixture[str], there: bool
) -> None:
    install(machine, "apt-get", "make", *(["git"] if there else []))
    main(["doctor", "--tests", "--json"])
    checks = json.loads(capsys.readouterr().out)
    names = [check["name"] for check in checks]
    assert sorted(names) == sorted(set(names))
    git = checks[names.index("git")]
    assert git["state"] == ("ok" if there else "missing")
    main(["doctor", "--json"])
    checks = json.loads(capsys.readouterr().out)
    states = {check["name"]: check["state"] for check in checks}
    assert states["git"] == ("ok" if there else "advice")
    assert "npm" not in states


def test_packages_for_a_script(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install(machine, "apt-get", "clang++", "make")
    assert main(["doctor", "--packages"]) == 0
    assert capsys.readouterr().out == "\n"
    assert main(["doctor", "--packages", "--tests"]) == 0
    words = capsys.readouterr().out.split()
    assert "g++-aarch64-linux-gnu" in words
    assert "binutils" in words
    assert "debootstrap" not in words
