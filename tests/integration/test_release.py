"""Distributions of the pure package, in seconds: a second build is identical; editable ones."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from mpbitcoin import __version__
from mpbitcoin_depends.errors import BuildError
from mpbitcoin_depends.paths import cache_root
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import paths, wheel
from tests.integration.conftest import Checkout, user_environment

pytestmark = pytest.mark.integration
_PURE = ("wheel.cmake=false", "wheel.py-api=py3")


def test_a_second_build_is_identical(tmp_path: Path) -> None:
    words = [f"-C{setting}" for setting in _PURE]
    done = Checkout(paths.PROJECT).mpbitcoin(
        "wheel", "--json", f"-o{tmp_path / 'dist'}", f"-B{tmp_path / 'build'}", *words
    )
    archive, made = (Path(file["path"]) for file in json.loads(done.stdout))
    progress = Progress(quiet=True)
    archive_again, again = wheel.remake(archive, tmp_path / "second", _PURE, 0, progress)
    assert (archive_again.name, again.name) == (archive.name, made.name)
    assert again.read_bytes() == made.read_bytes()
    assert archive_again.read_bytes() == archive.read_bytes()


@pytest.fixture(scope="module")
def python() -> Path:
    """The Python of the environment that builds wheels."""
    Checkout(paths.PROJECT).mpbitcoin("wheel", "--help")  # makes the environment
    environments = (cache_root() / "venv").glob("wheel-*/bin/python")
    return max(environments, key=lambda path: path.lstat().st_mtime)


def test_the_build_tool_is_reproducible(python: Path, tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import wheel
print(*wheel.make_build_tool(Path(sys.argv[1]), Progress(quiet=True)), sep="\\n")
"""
    command = [str(python), "-c", code, str(tmp_path)]
    env = {**user_environment(), "PYTHONPATH": paths.IMPORTS}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    name = f"multiprocess_bitcoin_depends-{__version__}"
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        f"{name}.tar.gz",
        f"{name}-py3-none-any.whl",
    ]


def test_a_development_install_can_be_built(python: Path, tmp_path: Path) -> None:
    code = "import sys; from mpbitcoin_project import backend; backend.build_editable(sys.argv[1])"
    command = ["env", "PYTHONPATH=src", str(python), "-c", code, str(tmp_path)]
    subprocess.run(command, cwd=paths.PROJECT, env=user_environment(), check=True)
    assert [file.name for file in tmp_path.iterdir()] == [
        f"multiprocess_bitcoin-{__version__}-py3-none-any.whl"
    ]


@pytest.mark.parametrize(("more", "error"), [
    ({"depends.JOBS": "0"}, "error: JOBS=0 from the command line: must be a whole number"),
    ({"depends.NO_QTT": ["0", "1"]}, "error: unknown variable NO_QTT from the command line"),
    (
        {"depends.NO_ZMQ": "1", "cmake.define.CMAKE_TOOLCHAIN_FILE": "/x"},
        "error: depends.NO_ZMQ=1 has no effect with another toolchain file",
    ),
])  # fmt: skip
def test_settings_of_pip_are_options_of_depends(
    python: Path, tmp_path: Path, more: dict[str, object], error: str
) -> None:
    code = """
import json, sys
from mpbitcoin_project import backend
given = json.loads(sys.argv[2])
backend.get_requires_for_build_wheel(given)
backend.build_wheel(sys.argv[1], given)
"""
    command = ["env", "PYTHONPATH=src", str(python), "-c", code, str(tmp_path), json.dumps(more)]
    done = subprocess.run(
        command, cwd=paths.PROJECT, env=user_environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert error in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_build_that_fails(tmp_path: Path) -> None:
    archive = tmp_path / "empty-1.tar.gz"
    source = tmp_path / "empty-1"
    source.mkdir()
    (source / "mpbitcoin").write_text("#!/bin/sh\necho no rule >&2\nexit 3\n")
    (source / "mpbitcoin").chmod(0o755)
    Checkout(tmp_path).run(["tar", "-C", str(tmp_path), "-czf", str(archive), "empty-1"])
    with pytest.raises(BuildError, match=r"building again .* failed with status 3:\n    no rule"):
        wheel.remake(archive, tmp_path / "second", (), 0, Progress(quiet=True))
