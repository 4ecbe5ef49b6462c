"""The build tool alone: its wheel in a separate environment, without a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mpbitcoin_project.paths import DEPENDS, PROJECT
from tests.integration.conftest import NO_QT, Checkout, copy_project, run, user_environment

pytestmark = pytest.mark.integration
NAME = "multiprocess-bitcoin-depends"
CONSUMER = PROJECT / "tests" / "projects" / "consumer"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source archive, as on a package index."""
    folder = tmp_path_factory.mktemp("dist")
    checkout = copy_project(folder / "checkout")
    pip = [sys.executable, "-m", "pip", "wheel", "-qq", "--no-deps", f"--wheel-dir={folder}"]
    subprocess.run([*pip, str(checkout.root / "depends")], check=True, env=user_environment())
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def tool(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, installed with the versions that the packages in the cache were built with."""
    folder = tmp_path_factory.mktemp("installed") / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip"]
    lock = DEPENDS / "lock" / "runtime.txt"
    install = [*pip, "install", "-qq", "--require-hashes", "-r", str(lock)]
    subprocess.run(install, check=True, env=user_environment())
    subprocess.run([*pip, "install", "-qq", "--no-deps", str(wheel)], check=True)
    run(*pip, "check")
    return folder / "bin" / NAME


def call(tool: Path, folder: Path, *words: str, status: int = 0) -> str:
    """What the command prints in a folder, on both streams."""
    env = {**user_environment(), "PATH": os.environ.get("PATH", os.defpath)}
    done = subprocess.run(
        [str(tool), *words], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_it_holds_the_data_of_the_checkout_and_nothing_of_the_runtime(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = [name for name in opened.namelist() if ".dist-info/" not in name]
        assert {name.partition("/")[0] for name in names} == {"mpbitcoin_depends"}
        data = {
            name.removeprefix("mpbitcoin_depends/data/"): opened.read(name)
            for name in names
            if name.startswith("mpbitcoin_depends/data/")
        }
    listed = ["git", "ls-files", "-co", "--exclude-standard", "recipes", "hosts", "lock"]
    known = subprocess.run(listed, cwd=DEPENDS, capture_output=True, text=True, check=True)
    assert set(data) == {*known.stdout.splitlines(), "releases.json", "toolchain.cmake.in"}
    assert all((DEPENDS / name).read_bytes() == content for name, content in data.items())


def test_it_makes_a_toolchain_in_any_folder_with_no_checkout(tool: Path, tmp_path: Path) -> None:
    folder = tmp_path / "an empty folder"
    folder.mkdir()
    shown = call(tool, folder, NO_QT, "OFFLINE=1")
    assert f"next: cmake -B build --toolchain=depends/{Checkout(folder).prefix.name}/" in shown
    assert [path.name for path in folder.iterdir()] == ["depends"]
    prefix = Checkout(folder).prefix
    assert not (prefix / "bitcoin-core").exists()  # for a tree of the user's
    assert "is up to date" in call(tool, folder, NO_QT)
    build = folder / "build"
    run("cmake", "-S", CONSUMER, "-B", build, f"--toolchain={prefix / 'toolchain.cmake'}")
    run("cmake", "--build", build)
    assert "Hello, prefix!" in run(build / "consumer")
    assert f"`{NAME} --help`" in call(tool, folder, "XYZZY=1", status=2)
    call(tool, folder, "clean")
    assert not prefix.exists()


def test_it_replaces_no_prefix_of_another_program(tool: Path, tmp_path: Path) -> None:
    theirs = Checkout(tmp_path).prefix / "toolchain.cmake"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("# made by Bitcoin Core's own depends\n")
    assert "was made by another program" in call(tool, tmp_path, NO_QT, "OFFLINE=1", status=2)
    assert theirs.is_file()
