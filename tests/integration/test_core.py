"""What compiles Bitcoin Core once more: the README's commands, and an unmodified tree."""

from __future__ import annotations

import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from mpbitcoin_depends import machine, paths, releases, stamp
from mpbitcoin_depends.files import remove_tree
from tests.integration.conftest import Checkout, run, user_environment
from tests.integration.test_commands import commands_you_know, own_home, shell
from tests.waiting import wait_until

pytestmark = pytest.mark.core
#: The defaults would build every test program too.
MINIMAL = ("-DBUILD_TESTS=OFF", "-DBUILD_BENCH=OFF", "-DBUILD_GUI=OFF")


def test_the_commands_you_know(checkout: Checkout, tmp_path: Path) -> None:
    """All of them, with Makefiles."""
    lines, env = commands_you_know(), own_home(tmp_path)
    shell("\n".join(lines[:4]), checkout.root, env)
    assert (checkout.root / "build" / "Makefile").is_file()
    log = tmp_path / "node.log"
    with log.open("wb") as stream:
        running = subprocess.Popen(
            shlex.split(lines[4]), cwd=checkout.root, env={**user_environment(), **env},
            stdout=stream,
        )  # fmt: skip

    def loaded_or_ended() -> bool:
        return "Done loading" in log.read_text(errors="replace") or running.poll() is not None

    try:
        wait_until(loaded_or_ended, "see the node loaded")
    finally:
        running.send_signal(signal.SIGTERM)
    assert running.wait() == 0, log.read_text(errors="replace")[-3000:]
    assert "Shutdown done" in log.read_text()
    shown = shell(f"{lines[5]} rpc_misc.py interface_rpc.py", checkout.root, env)
    assert shown.count("✓ Passed") >= 2


def test_build_bitcoin_node(built: Checkout) -> None:
    """bitcoin-node of the unmodified tree; the build folder is kept, so that it is built once."""
    folder = paths.cache_root() / "tests" / f"unmodified-{releases.DEFAULT.version}"
    prefix = folder.parent / "prefix"
    if stamp.key_of(prefix) != stamp.key_of(built.prefix):
        folder.mkdir(parents=True, exist_ok=True)
        remove_tree(prefix)
        run("cp", "-a", built.prefix, prefix)  # with its times: only changed files are built
    run(
        "cmake", "-S", built.tree(), "-B", folder, "-GNinja",
        f"--toolchain={prefix / 'toolchain.cmake'}", *MINIMAL, "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
        "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2",
    )  # fmt: skip
    run("cmake", "--build", folder, f"-j{machine.compile_jobs()}", "--target", "bitcoin-node")
    node = folder / "bin" / "bitcoin-node"
    assert f"v{releases.DEFAULT.version}" in run(node, "--version")
    linked = run("ldd", node)
    assert "capnp" not in linked
    assert "sqlite" not in linked
    assert "zmq" not in linked
