"""A node in the background, identified by its data directory."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpbitcoin import process
from mpbitcoin.datadir import CHAINS, SOCKET
from mpbitcoin.errors import RunError
from mpbitcoin.node import executables

#: struct flock: type, whence, start, length, process; in another order on macOS.
_FLOCK, _TYPE, _PID = ("hhqqi", 0, 4) if sys.platform == "linux" else ("qqihh", 3, 2)
_LOOK_AGAIN = 0.02
#: Seconds that a node which failed to start may take to end.
_END_SECONDS = 10.0
#: Options of bitcoin-cli that need no running node.
_NO_NODE_NEEDED = {"?", "h", "help", "rpcwait", "version"}


def _errors(log: Path, start: int) -> str:
    """The errors that a node has logged after the first `start` bytes of its log."""
    if not log.is_file():
        return ""
    with log.open("rb") as stream:
        stream.seek(start)
        lines = stream.read().decode(errors="replace").splitlines()
    return "; ".join(line.partition("[error] ")[2] for line in lines if "[error] " in line)


@dataclass(frozen=True)
class Status:
    """A node's state; all but the first three fields need an answer of the node."""

    running: bool
    datadir: str
    chain: str
    pid: int | None = None
    socket: str | None = None
    version: str | None = None
    blocks: int | None = None
    headers: int | None = None
    peers: int | None = None
    wallets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Daemon:
    """The node of a data directory and chain, by whatever it was started."""

    datadir: Path
    chain: str

    @property
    def folder(self) -> Path:
        """The chain's folder in the data directory."""
        return self.datadir / CHAINS[self.chain]

    @property
    def socket(self) -> Path:
        """The IPC socket that `-ipcbind=unix` makes."""
        return self.folder / SOCKET

    @property
    def _where(self) -> list[str]:
        return [f"-datadir={self.datadir}", f"-chain={self.chain}"]

    @property
    def _flags(self) -> str:
        """Our flags that select this node, quoted for a shell."""
        return shlex.join([f"--datadir={self.datadir}", f"--chain={self.chain}"])

    def _no_node(self) -> RunError:
        return RunError(
            f"no node is running on {self.chain} in {self.datadir}",
            f"start one with `mpbitcoin node start {self._flags}`",
        )

    def pid(self) -> int | None:
        """The process that holds the data directory's lock; None when no node is running."""
        try:
            descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fields: list[int] = [0] * 5
            fields[_TYPE] = fcntl.F_WRLCK
            packed = fcntl.fcntl(descriptor, fcntl.F_GETLK, struct.pack(_FLOCK, *fields))
        finally:
            os.close(descriptor)
        found = struct.unpack(_FLOCK, packed)
        return None if found[_TYPE] == fcntl.F_UNLCK else int(found[_PID])

    def start(self, options: list[str]) -> None:
        """Start bitcoin-node with an IPC socket and wait until it is ready.

        Raises RunError when a node is already running or this one fails to start.
        """
        if (pid := self.pid()) is not None:
            raise RunError(
                f"a node is already running on {self.chain} in {self.datadir} (pid {pid})",
                f"stop it with `mpbitcoin node stop {self._flags}`, or choose another --datadir",
            )
        self.datadir.mkdir(mode=0o700, parents=True, exist_ok=True)
        node = executables.find("bitcoin-node")
        command = [str(node), *self._where, "-daemonwait", "-ipcbind=unix", *options]
        log = self.folder / "debug.log"
        logged = log.stat().st_size if log.is_file() else 0
        try:
            process.capture(command)
        except process.CommandFailed as error:
            self._wait_for_end(self.pid(), _END_SECONDS)  # it still cleans up
            said = _errors(log, logged) or error.output.strip() or f"status {error.status}"
            raise RunError(f"bitcoin-node failed to start: {said}", f"see {log}") from error

    def stop(self, seconds: float) -> int:
        """Stop the node, wait until its data directory is free, and return its process id.

        Raises RunError when no node is running, or when it has not ended within `seconds`.
        """
        pid = self.pid()
        if pid is None:
            raise self._no_node()
        self._ask("stop")
        if not self._wait_for_end(pid, seconds):
            raise RunError(
                f"the node (pid {pid}) is still running after {seconds:g} s",
                f"it continues to shut down; see {self.folder / 'debug.log'}",
            )
        return pid

    def _wait_for_end(self, pid: int | None, seconds: float) -> bool:
        """Wait until this process releases the data directory; returns whether it did."""
        deadline = time.monotonic() + seconds
        while pid is not None and self.pid() == pid:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_AGAIN)
        return True

    def status(self) -> Status:
        """The node's state. Raises RunError when it is running but does not answer."""
        pid = self.pid()
        if pid is None:
            return Status(False, str(self.datadir), self.chain)
        chain = self._ask("getblockchaininfo")
        network = self._ask("getnetworkinfo")
        return Status(
            running=True,
            datadir=str(self.datadir),
            chain=self.chain,
            pid=pid,
            socket=str(self.socket) if self.socket.is_socket() else None,
            version=network["subversion"].strip("/"),
            blocks=chain["blocks"],
            headers=chain["headers"],
            peers=network["connections"],
            wallets=self._wallets(),
        )

    def _wallets(self) -> tuple[str, ...]:
        try:
            return tuple(self._ask("listwallets"))
        except RunError:  # the node runs without wallets: -disablewallet
            return ()

    def commands(self) -> list[str]:
        """The node's RPC commands for bitcoin-cli. Raises RunError when no node is running."""
        lines = self._ask("help").splitlines()
        return [line.split()[0] for line in lines if line and not line.startswith("==")]

    def cli_command(self, words: list[str]) -> list[str]:
        """The bitcoin-cli command for this node.

        Raises RunError when no node is running, unless the arguments need none or wait for one.
        """
        if self.pid() is None and not _NO_NODE_NEEDED & {word.lstrip("-") for word in words}:
            raise self._no_node()
        return [str(executables.find("bitcoin-cli")), *self._where, *words]

    def _ask(self, method: str) -> Any:
        try:
            said = process.capture(self.cli_command([method]))
        except process.CommandFailed as error:
            raise RunError(
                f"the node does not answer {method}: {error.output.strip()}",
                f"see {self.folder / 'debug.log'}",
            ) from error
        return json.loads(said) if said.startswith(("{", "[")) else said.strip()
