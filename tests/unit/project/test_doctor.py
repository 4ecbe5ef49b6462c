"""The doctor's look at the Python environment that runs us."""

from __future__ import annotations

import json
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin_project.__main__ import main

DIGEST = "LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ"  # of "hello"
RECORD = f"one/__init__.py,sha256={DIGEST},5\none/__pycache__/x.pyc,,\none.dist-info/RECORD,,\n"


@pytest.fixture
def packages(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packages of a private environment: `one`."""
    folder = own_cache / "venv" / "dev-1" / "lib"
    (folder / "one.dist-info").mkdir(parents=True)
    (folder / "one.dist-info" / "METADATA").write_text("Name: one\nVersion: 1\n")
    (folder / "one.dist-info" / "RECORD").write_text(RECORD)
    (folder / "one" / "__pycache__").mkdir(parents=True)
    (folder / "one" / "__pycache__" / "x.pyc").touch()
    (folder / "one" / "__init__.py").write_text("hello")
    monkeypatch.setattr(sys, "prefix", str(folder.parent))
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(folder))
    return folder


def look(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What the doctor finds about Python."""
    main(["doctor", "--json"])
    [found] = [x for x in json.loads(capsys.readouterr().out) if x["name"] == "python"]
    return dict(found)


def test_an_environment_as_pip_made_it(packages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert look(capsys)["state"] == "ok"


@pytest.mark.parametrize(("damage", "said"), [
    (lambda file: file.write_text("hallo"), "has changed"),
    (lambda file: file.unlink(), "No such file or directory"),
])  # fmt: skip
def test_a_damaged_environment(
    packages: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], object],
    said: str,
) -> None:
    damage(packages / "one" / "__init__.py")
    found = look(capsys)
    assert found["state"] == "missing"
    assert f"{packages}/one/__init__.py" in found["found"]
    assert said in found["found"]
    assert found["fix"] == f"rm -rf {packages.parent}"


def test_an_environment_of_the_users_is_not_read(
    packages: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (packages / "one" / "__init__.py").unlink()
    monkeypatch.setattr(sys, "prefix", "/usr")
    assert look(capsys)["state"] == "ok"
