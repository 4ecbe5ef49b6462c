"""A node in the background, found again by its data directory."""

from __future__ import annotations

import fcntl
import json
import os
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpbitcoin import process
from mpbitcoin.errors import RunError
from mpbitcoin.node import executables

#: Chain -> its folder in the data directory.
CHAINS = {
    "main": "",
    "test": "testnet3",
    "testnet4": "testnet4",
    "signet": "signet",
    "regtest": "regtest",
}
#: struct flock: type, whence, start, length, process; in another order on macOS.
_FLOCK, _TYPE, _PID = ("hhqqi", 0, 4) if sys.platform == "linux" else ("qqihh", 3, 2)
_LOOK_AGAIN = 0.02


def default_datadir() -> Path:
    """Bitcoin Core's own default."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Bitcoin"
    return Path.home() / ".bitcoin"


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
        return self.folder / "node.sock"

    @property
    def _where(self) -> list[str]:
        return [f"-datadir={self.datadir}", f"-chain={self.chain}"]

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
                "`mpbitcoin node stop` stops it, --datadir= names another place",
            )
        self.datadir.mkdir(mode=0o700, parents=True, exist_ok=True)
        node = executables.find("bitcoin-node")
        command = [str(node), *self._where, "-daemonwait", "-ipcbind=unix", *options]
        try:
            process.capture(command)
        except process.CommandFailed as error:
            said = error.output.strip() or f"status {error.status}"
            raise RunError(
                f"bitcoin-node did not start: {said}", f"see {self.folder / 'debug.log'}"
            ) from error

    def stop(self, seconds: float) -> int:
        """Stop the node; the process id it had, once its data directory is free.

        Raises RunError when there is none, or when it has not ended within `seconds`.
        """
        pid = self.pid()
        if pid is None:
            raise RunError(f"no node runs on {self.chain} in {self.datadir}")
        self._ask("stop")
        deadline = time.monotonic() + seconds
        while self.pid() == pid:
            if time.monotonic() > deadline:
                raise RunError(
                    f"the node, pid {pid}, has not ended within {seconds:g} s",
                    f"it goes on ending; see {self.folder / 'debug.log'}",
                )
            time.sleep(_LOOK_AGAIN)
        return pid

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

    def cli_command(self, words: list[str]) -> list[str]:
        """The bitcoin-cli command that asks this node."""
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
