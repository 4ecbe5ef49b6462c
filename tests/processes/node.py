"""A regtest node under test: its process, its wallet process, its RPC and its log."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mpbitcoin.node.ports import Port
from mpbitcoin.node.rpc import NoAnswer, RpcClient, RpcError
from tests.waiting import PATIENCE, wait_until


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def statuses(pid: int) -> list[str]:
    """What the kernel reports of each thread of a process."""
    return [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/status")]


class Node:
    """bitcoin-node with its own data directory and ports."""

    def __init__(self, executables: Path, datadir: Path, options: tuple[str, ...]) -> None:
        self.executables = executables
        self.datadir = datadir
        self.datadir.mkdir(mode=0o700, parents=True)
        self.options = options
        #: Words before the command line: a program that starts the node.
        self.launcher: tuple[str, ...] = ()
        self._reserved = Port()
        self.port = self._reserved.number
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def folder(self) -> Path:
        """The network's part of the data directory."""
        return self.datadir / "regtest"

    @property
    def log(self) -> str:
        """debug.log so far."""
        return (self.folder / "debug.log").read_text(errors="replace")

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def command(self) -> list[str]:
        """The command line that starts the node."""
        return [
            *self.launcher,
            str(self.executables / "bitcoin-node"),
            "-regtest",
            f"-datadir={self.datadir}",
            f"-rpcport={self.port}",
            "-listen=0",
            "-fallbackfee=0.0002",
            "-printtoconsole=0",
            *self.options,
        ]

    def launch(self, *options: str) -> subprocess.Popen[bytes]:
        """Start the node, with further options; its process."""
        with (self.datadir / "stdout.log").open("ab") as output:
            self.process = subprocess.Popen(
                [*self.command(), *options], stdout=output, stderr=output
            )
        return self.process

    @contextlib.contextmanager
    def waiting_to_start(self) -> Iterator[None]:
        """Launch the node for the first time. It has loaded its wallets, and starts after that."""
        blocks, log = self.datadir / "blocks.fifo", self.folder / "debug.log"
        os.mkfifo(blocks)
        self.launch(f"-loadblock={blocks}")
        reads = "initload thread start"
        wait_until(lambda: log.is_file() and reads in self.log, "the node to read blocks")
        yield
        blocks.open("wb").close()

    def start(self) -> None:
        """Start the node and wait until it answers."""
        self.launch()
        self.wait_for_answer()

    def wait_for_answer(self) -> None:
        """Wait until a node that was launched answers."""

        def answers() -> bool:
            assert self.process is not None
            said = (self.datadir / "stdout.log").read_text(errors="replace")
            assert self.process.poll() is None, f"ended with {self.process.returncode}: {said}"
            with contextlib.suppress(NoAnswer, RpcError):
                self.rpc("getblockcount")
                return True
            return False

        wait_until(answers, "the node's first answer")

    def rpc(
        self, method: str, *params: Any, wallet: str | None = None, timeout: float = PATIENCE
    ) -> Any:
        """The result of an RPC. Raises RpcError, NoAnswer."""
        client = RpcClient(self.port, self.folder / ".cookie")
        return client.call(method, *params, wallet=wallet, timeout=timeout)

    def children(self) -> list[int]:
        """Process ids of the node's living children."""
        if self.process is None:
            return []
        found: set[int] = set()
        for task in Path(f"/proc/{self.pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found.update(int(word) for word in task.read_text().split())
        return sorted(pid for pid in found if alive(pid))

    def wallet_pid(self) -> int:
        """Process id of the wallet process; the test fails when there is not exactly one."""
        [pid] = wait_until(self.children, "a wallet process")
        return int(pid)

    def kill_wallet(self, how: int = signal.SIGKILL) -> int:
        """Send the wallet process a signal; its process id."""
        pid = self.wallet_pid()
        os.kill(pid, how)
        return pid

    def wait_for_end(self, pid: int) -> None:
        """Wait until the node knows that its wallet process has ended."""
        wait_until(lambda: f"pid {pid}, was ended by signal" in self.log, "the wallet's end")

    def wait(self) -> int:
        """The node's exit status."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def stop(self) -> int:
        """Stop the node by RPC; its exit status."""
        self.rpc("stop")
        return self.wait()

    def end(self) -> None:
        """Kill all processes that still run."""
        self._reserved.close()
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
