"""Addresses of processes: `unix`, `unix:/path`, or a data directory and a chain."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from mpbitcoin import datadir as bitcoin
from mpbitcoin import paths
from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.errors import ConnectionRefused, silent

#: Seconds between attempts to connect to a process with a full queue.
LOOK_AGAIN = 0.01


def socket_path(
    address: str = "unix", *, datadir: str | os.PathLike[str] | None = None, chain: str = "main"
) -> Path:
    """The socket's path. Raises UsageError."""
    kind, _, path = address.partition(":")
    if kind != "unix":
        raise UsageError(f"{address}: not an address", "use unix, or unix:/path/of/the/socket")
    name = bitcoin.chain_name(chain)
    if name not in bitcoin.CHAINS:
        raise UsageError(f"{chain}: no such chain", f"choose one of {', '.join(bitcoin.CHAINS)}")
    folder = paths.expanded(datadir or bitcoin.default())
    found = folder / bitcoin.CHAINS[name] / (path or bitcoin.SOCKET)
    if len(os.fsencode(found)) > 107:
        raise UsageError(f"{found}: too long for a socket's path", "use at most 107 bytes")
    return found


def connect_socket(path: Path, seconds: float) -> socket.socket:
    """A socket connected to `path`. Raises ConnectionRefused, CallTimeout."""
    deadline = time.monotonic() + seconds
    while (made := try_connect(path)) is None:
        if time.monotonic() >= deadline:
            raise silent(str(path), seconds)
        time.sleep(LOOK_AGAIN)
    return made


def try_connect(path: Path) -> socket.socket | None:
    """The same without waiting: None while the process' queue of connections is full."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    made.setblocking(False)
    try:
        made.connect(os.fspath(path))
    except BlockingIOError:
        made.close()
        return None
    except OSError as error:
        made.close()
        raise ConnectionRefused(f"{path}: {error.strerror or error}", _hint(path, error)) from error
    return made


def _hint(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        if others := _other_chains(path):
            return f"there is a socket of {' and of '.join(others)}: pass that chain"
        return "start the node with -ipcbind=unix; check data directory and chain"
    if isinstance(error, ConnectionRefusedError):
        if not path.is_socket():
            return "this is not a socket: check the address"
        return "the node of this socket has ended: start it again"
    if isinstance(error, PermissionError):
        return "connect as the user who runs the node"
    return "see the node's log"


def _other_chains(path: Path) -> list[str]:
    """Chains of the same data directory that have a socket."""
    if path.name != bitcoin.SOCKET:
        return []
    folders = [folder for folder in bitcoin.CHAINS.values() if folder]
    datadir = path.parent.parent if path.parent.name in folders else path.parent
    return [
        name
        for name, folder in bitcoin.CHAINS.items()
        if (datadir / folder / bitcoin.SOCKET).is_socket()
    ]
