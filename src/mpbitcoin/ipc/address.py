"""Where a process listens: `unix`, `unix:/path`, or a data directory and a chain."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

from mpbitcoin import datadir as bitcoin
from mpbitcoin import paths
from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.errors import ConnectionRefused, silent

#: Seconds until a process that had no place for us is asked again.
LOOK_AGAIN = 0.01


def socket_path(
    address: str = "unix", *, datadir: str | os.PathLike[str] | None = None, chain: str = "main"
) -> Path:
    """The socket's path. Raises UsageError."""
    kind, _, path = address.partition(":")
    if kind != "unix":
        raise UsageError(f"{address}: not an address", "unix, or unix:/path/of/the/socket")
    name = bitcoin.chain_name(chain)
    if name not in bitcoin.CHAINS:
        raise UsageError(f"{chain}: no such chain", f"there are {', '.join(bitcoin.CHAINS)}")
    folder = paths.expanded(datadir or bitcoin.default())
    found = folder / bitcoin.CHAINS[name] / (path or bitcoin.SOCKET)
    if len(os.fsencode(found)) > 107:
        raise UsageError(f"{found}: too long for a socket's path", "107 bytes at most")
    return found


def connect_socket(path: Path, seconds: float) -> socket.socket:
    """A socket that is connected to `path`. Raises ConnectionRefused, CallTimeout."""
    deadline = time.monotonic() + seconds
    while (made := try_connect(path)) is None:
        if time.monotonic() >= deadline:
            raise silent(str(path), seconds)
        time.sleep(LOOK_AGAIN)
    return made


def try_connect(path: Path) -> socket.socket | None:
    """The same at once: None while the process has many connections to take yet."""
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
            return f"there is a socket of {' and of '.join(others)}: name the chain"
        return "start the node with -ipcbind=unix; see that data directory and chain are right"
    if isinstance(error, ConnectionRefusedError):
        if not path.is_socket():
            return "this is not a socket: see that the address is right"
        return "the node that made this socket has ended: start it again"
    if isinstance(error, PermissionError):
        return "only the user who runs the node may connect"
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
