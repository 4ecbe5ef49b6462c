"""Each code block of the documentation runs: the client's Python, and shell commands."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin import paths
from mpbitcoin.node.ports import Port
from tests import documentation
from tests.documentation import Block
from tests.ipc.conftest import RealNode, newest, running
from tests.waiting import PATIENCE

PYTHON = [block for block in documentation.blocks("python") if "docs/python/" in block.page]
pytestmark = newest


@pytest.fixture(scope="module")
def node(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealNode]:
    """A node to which a page may attach wallets."""
    folder = tmp_path_factory.mktemp("node")
    with running(executable, folder, "-walletprocess=attach") as made:
        yield made


@pytest.mark.parametrize("page", dict.fromkeys(block.page for block in PYTHON))
def test_the_code_of_a_page_runs(
    executable: Path, node: RealNode, tmp_path: Path, page: str
) -> None:
    (tmp_path / ".bitcoin").symlink_to(node.folder)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", "\n".join(b.text for b in PYTHON if b.page == page)],
        env=dict(
            os.environ,
            HOME=str(tmp_path),
            MPBITCOIN_BIN=str(executable.parent),
            PYTHONPATH=str(paths.PACKAGE.parent),
        ),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_quickstart_is_short() -> None:
    first = next(block for block in PYTHON if block.page.endswith("quickstart.md"))
    assert len(first.text.strip().splitlines()) <= 15


def shell_sessions() -> list[list[Block]]:
    """The shell blocks that are run, those together that use one node."""
    sessions: list[list[Block]] = []
    for block in documentation.blocks("sh", "console"):
        starts = "bitcoin-node " in block.text or "node start" in block.text
        if block.reason:
            continue
        if starts or not sessions or sessions[-1][0].page != block.page:
            sessions.append([])
        sessions[-1].append(block)
    return sessions


class Shell:
    """A home with the executables and `mpbitcoin` on the path. Its nodes have an own port."""

    def __init__(self, home: Path, executables: Path) -> None:
        self.home = home
        self._log = home / "output"
        self._port = Port()
        command = home / "bin" / "mpbitcoin"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m mpbitcoin "$@"\n')
        command.chmod(0o755)
        for datadir in (home / ".bitcoin", home / "try"):
            datadir.mkdir()
            settings = f"[regtest]\nrpcport={self._port.number}\nlisten=0\n"
            (datadir / "bitcoin.conf").write_text(settings)
        path = f"{command.parent}:{executables}:{os.environ['PATH']}"
        self._env = dict(
            os.environ,
            HOME=str(home),
            LC_ALL="C.UTF-8",
            PATH=path,
            PYTHONPATH=str(paths.PACKAGE.parent),
            MPBITCOIN_BIN=str(executables),
        )

    def run(self, block: Block) -> str:
        """Run a block line by line; returns its output. The last line may run until interrupted."""
        lines = block.text.splitlines()
        if block.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        return "".join(self._run(line, last=line == lines[-1]) for line in lines)

    def _run(self, line: str, *, last: bool) -> str:
        with self._log.open("wb") as log:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {line}"], cwd=self.home, env=self._env, stdout=log, stderr=log
            )
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None:
            assert time.monotonic() < deadline, f"{line} does not end: {self._log.read_text()}"
            time.sleep(0.05)
            if last and self._log.stat().st_size:
                time.sleep(1)  # it prints that it runs, and may continue
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE)
        said = self._log.read_text()
        assert process.returncode == 0, f"{line}: {said}"
        return said

    def end(self) -> None:
        """Kill nodes that still run."""
        for note in self.home.glob("*/regtest/bitcoind.pid"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(note.read_text()), signal.SIGKILL)
        self._port.close()


@pytest.fixture
def shell(executable: Path) -> Iterator[Shell]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        made = Shell(Path(home), executable.parent)
        yield made
        made.end()


@pytest.mark.parametrize("blocks", shell_sessions(), ids=lambda blocks: str(blocks[0]))
def test_shell_commands_do_as_shown(shell: Shell, blocks: list[Block]) -> None:
    for block in blocks:
        said = shell.run(block)
        if block.language == "console":
            shown = [line for line in block.text.splitlines() if not line.startswith("$ ")]
            for line in shown:
                assert line.replace("/home/me", str(shell.home)) in said.splitlines()
