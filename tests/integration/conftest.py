"""Fixtures of the integration tests: checkouts of this project, run as users run it.

Packages come from the user's own cache where it has them, so that a warm machine is
fast; tests that need an empty cache create one and build small packages.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from mpbitcoin_project import paths

#: For every call: leaves out Qt, which the project cannot build yet.
NO_QT = "NO_QT=1"


def user_environment() -> dict[str, str]:
    """The environment of a user's shell: ours without the changes of `make check` and pytest."""
    ours = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if name not in ours}


def in_namespace(script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script in its own mount namespace."""
    command = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    return subprocess.run(
        [*command, "sh", "-ec", script], capture_output=True, text=True, check=False
    )


def run(*command: str | Path, env: Mapping[str, str] | None = None) -> str:
    """What a command that must succeed prints, on both streams."""
    done = subprocess.run(
        [str(word) for word in command], env={**os.environ, **(env or {})},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}: {done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout + done.stderr


@dataclass(frozen=True)
class Checkout:
    """A checkout of the project at `root`."""

    root: Path

    @property
    def prefix(self) -> Path:
        """The prefix of this machine's platform."""
        return self.root / "depends" / "x86_64-pc-linux-gnu"

    def make(
        self, *words: str, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`make -C depends` with these words; stdout and stderr are captured."""
        command = ["make", "-C", str(self.root / "depends"), *words]
        return self.run(command, check, env)

    def mpbitcoin(
        self, *words: str, check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`./mpbitcoin` with these words."""
        return self.run([str(self.root / "mpbitcoin"), *words], check, env)

    def tree(self, version: str = "") -> Path:
        """The folder of a release's pinned Bitcoin Core tree, by default the default one."""
        words = [f"--bitcoin-version={version}"] if version else []
        shown = self.mpbitcoin("source", "bitcoin-core", *words).stdout
        return Path(shown.splitlines()[-1])

    def run(
        self, command: list[str], check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A command in the environment of a user's shell; stdout and stderr are captured."""
        done = subprocess.run(
            command,
            env={**user_environment(), **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode != 0:
            pytest.fail(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done


def copy_project(target: Path) -> Checkout:
    """The files of this checkout that git knows or would add, in `target`."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=paths.PROJECT, capture_output=True, check=True,
    )  # fmt: skip
    for name in filter(None, os.fsdecode(listed.stdout).split("\0")):
        source = paths.PROJECT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return Checkout(target)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A fresh checkout under a path with a blank and a letter beyond ASCII."""
    return copy_project(tmp_path / "a chéckout")


@pytest.fixture
def new_checkout(tmp_path: Path) -> Callable[[str], Checkout]:
    """Makes further checkouts by name."""
    return lambda name: copy_project(tmp_path / name)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A checkout with its whole prefix."""
    made = copy_project(tmp_path_factory.mktemp("built") / "checkout")
    made.make(NO_QT, "MULTIPROCESS=1")
    return made


@pytest.fixture
def dead_server() -> Iterator[str]:
    """An address that refuses connections: the port is ours, and no process listens."""
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{ours.getsockname()[1]}"


@pytest.fixture
def empty_cache(tmp_path: Path) -> str:
    """BASE_CACHE=... of a package cache with nothing in it."""
    return f"BASE_CACHE={tmp_path / 'packages ü'}"
