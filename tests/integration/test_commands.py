"""The commands of the README, word for word, in a fresh checkout with a home of its own."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mpbitcoin import paths
from tests.integration.conftest import Checkout, user_environment

pytestmark = pytest.mark.integration


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


def wait_for(file: Path, text: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while text not in file.read_text(errors="replace"):
        assert process.poll() is None, file.read_text(errors="replace")[-3000:]
        assert time.monotonic() < deadline, f"no {text!r} in {file}"
        time.sleep(0.1)


def test_the_commands_you_know(checkout: Checkout, tmp_path: Path) -> None:
    lines = block("The commands you know")
    assert len(lines) == 6
    env = {
        # A home of its own for the node; our caches stay where they are.
        "HOME": str(tmp_path),
        "MPBITCOIN_CACHE": str(paths.cache_root()),
        "CCACHE_DIR": os.environ.get("CCACHE_DIR", str(Path.home() / ".cache" / "ccache")),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    shell("\n".join(lines[:4]), checkout.root, env)
    assert (checkout.root / "build" / "Makefile").is_file()
    log = tmp_path / "node.log"
    node = lines[4]
    with log.open("wb") as stream:
        running = subprocess.Popen(
            shlex.split(node), cwd=checkout.root, env={**user_environment(), **env}, stdout=stream
        )
    try:
        wait_for(log, "Done loading", running)
    finally:
        running.send_signal(signal.SIGTERM)
    assert running.wait() == 0
    assert "Shutdown done" in log.read_text()
    shown = shell(f"{lines[5]} rpc_misc.py interface_rpc.py", checkout.root, env)
    assert shown.count("✓ Passed") >= 2


def test_doctor_is_content_here(checkout: Checkout) -> None:
    shown = checkout.mpbitcoin("doctor").stdout
    assert "MISSING" not in shown
    assert "g++" in shown
