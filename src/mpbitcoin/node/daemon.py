"""A node in the background, found again by its data directory."""

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
#: How long a node that could not start may take to end.
_END_SECONDS = 10.0
#: Options of bitcoin-cli that need no running node.
_NO_NODE_NEEDED = {"?", "h", "help", "rpcwait", "version"}


def _errors(log: Path, start: int) -> str:
    """What a node has logged as errors beyond `start` bytes of its log."""
    if not log.is_file():
        return ""
    with log.open("rb") as stream:
        stream.seek(start)
        lines = stream.read().decode(errors="replace").splitlines()
    return "; ".join(line.partition("[error] ")[2] for line in lines if "[error] " in line)


@dataclass(frozen=True)
class Status:
    """What is known of a node; all but the first three are of a node that answers."""

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
    """The node of a data directory and chain, whoever started it."""

    datadir: Path
    chain: str

    @property
    def folder(self) -> Path:
        """The chain's part of the data directory."""
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
        """Our own flags for this node, for a shell."""
        return shlex.join([f"--datadir={self.datadir}", f"--chain={self.chain}"])

    def _no_node(self) -> RunError:
        return RunError(
            f"no node runs on {self.chain} in {self.datadir}",
            f"`mpbitcoin node start {self._flags}` starts one",
        )

    def pid(self) -> int | None:
        """The process that holds the data directory's lock; none when no node runs."""
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
        """Start bitcoin-node with an IPC socket; it is ready when this returns.

        Raises RunError when one runs already or this one cannot start.
        """
        if (pid := self.pid()) is not None:
            raise RunError(
                f"a node runs already on {self.chain} in {self.datadir}, pid {pid}",
                f"`mpbitcoin node stop {self._flags}` stops it, --datadir= names another place",
            )
        self.datadir.mkdir(mode=0o700, parents=True, exist_ok=True)
        node = executables.find("bitcoin-node")
        command = [str(node), *self._where, "-daemonwait", "-ipcbind=unix", *options]
        log = self.folder / "debug.log"
        logged = log.stat().st_size if log.is_file() else 0
        try:
            process.capture(command)
        except process.CommandFailed as error:
            self._wait_for_end(self.pid(), _END_SECONDS)  # it is still cleaning up
            said = _errors(log, logged) or error.output.strip() or f"status {error.status}"
            raise RunError(f"bitcoin-node did not start: {said}", f"see {log}") from error

    def stop(self, seconds: float) -> int:
        """Stop the node; the process id it had, once its data directory is free.

        Raises RunError when there is none, or when it has not ended within `seconds`.
        """
        pid = self.pid()
        if pid is None:
            raise self._no_node()
        self._ask("stop")
        if not self._wait_for_end(pid, seconds):
            raise RunError(
                f"the node, pid {pid}, has not ended within {seconds:g} s",
                f"it goes on ending; see {self.folder / 'debug.log'}",
            )
        return pid

    def _wait_for_end(self, pid: int | None, seconds: float) -> bool:
        """Wait until this process no longer holds the data directory; whether it does not."""
        deadline = time.monotonic() + seconds
        while pid is not None and self.pid() == pid:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_AGAIN)
        return True

    def status(self) -> Status:
        """What the node says of itself. Raises RunError when it runs and does not answer."""
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
        except RunError:  # the node has no wallets: -disablewallet
            return ()

    def commands(self) -> list[str]:
        """What the node may be asked with bitcoin-cli. Raises RunError when there is none."""
        lines = self._ask("help").splitlines()
        return [line.split()[0] for line in lines if line and not line.startswith("==")]

    def cli_command(self, words: list[str]) -> list[str]:
        """The bitcoin-cli command that asks this node.

        Raises RunError when there is none to ask, unless the words ask none or wait for one.
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
