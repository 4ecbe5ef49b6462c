"""The commands of the README, word for word, in a fresh checkout; test_core.py builds, too."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from mpbitcoin_depends.paths import cache_root
from mpbitcoin_project import paths
from tests.integration.conftest import Checkout, user_environment

pytestmark = pytest.mark.integration


def commands_you_know() -> list[str]:
    """Packages, platform, configuration, build, a node, functional tests: the README's lines."""
    lines = block("The commands you know")
    assert len(lines) == 6
    return lines


def own_home(home: Path) -> dict[str, str]:
    """The environment of a user with a separate home; our caches stay in their place."""
    return {
        "HOME": str(home),
        "MPBITCOIN_CACHE": str(cache_root()),
        "CCACHE_DIR": os.environ.get("CCACHE_DIR", str(Path.home() / ".cache" / "ccache")),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def block(heading: str) -> list[str]:
    """The lines of the first shell block below a heading of the README."""
    text = (paths.PROJECT / "README.md").read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1]
    return section.split("```sh\n", 1)[1].split("```", 1)[0].strip().splitlines()


def shell(script: str, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euc", script], cwd=cwd, env={**user_environment(), **env},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{script}: {done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def test_the_commands_you_know_configure(checkout: Checkout, tmp_path: Path) -> None:
    """With Makefiles; the paths in the other commands exist before the build."""
    lines = commands_you_know()
    shell("\n".join(lines[:3]), checkout.root, own_home(tmp_path))
    assert (checkout.root / "build" / "Makefile").is_file()
    assert lines[3] == "cmake --build build"
    node = shlex.split(lines[4])[0]
    assert (checkout.root / node).readlink() == Path("../bin/bitcoin-node")
    runner = checkout.root / lines[5].split()[-1]
    assert os.access(runner, os.X_OK)
    assert f"BITCOIND=$(pwd)/{node} " in lines[5]


def test_doctor_is_content_here(checkout: Checkout) -> None:
    shown = checkout.mpbitcoin("doctor").stdout
    assert "MISSING" not in shown
    assert "g++" in shown
