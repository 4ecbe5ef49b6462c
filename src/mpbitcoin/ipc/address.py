"""Where a process listens: `unix`, `unix:/path`, or a data directory and a chain."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.errors import ConnectionRefused

#: Folder of a chain below the data directory, by any name the chain has.
_FOLDERS = {
    "main": "",
    "mainnet": "",
    "test": "testnet3",
    "testnet": "testnet3",
    "testnet3": "testnet3",
    "testnet4": "testnet4",
    "signet": "signet",
    "regtest": "regtest",
}
_SOCKET = "node.sock"


def default_datadir() -> Path:
    """Bitcoin Core's own data directory."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Bitcoin"
    return Path.home() / ".bitcoin"


def socket_path(
    address: str = "unix", *, datadir: str | os.PathLike[str] | None = None, chain: str = "main"
) -> Path:
    """The socket's path. Raises UsageError."""
    kind, _, path = address.partition(":")
    if kind != "unix":
        raise UsageError(f"{address}: not an address", "unix, or unix:/path/of/the/socket")
    if chain not in _FOLDERS:
        raise UsageError(f"{chain}: no such chain", f"there are {', '.join(_FOLDERS)}")
    folder = Path(datadir).expanduser() if datadir else default_datadir()
    found = folder / _FOLDERS[chain] / (path or _SOCKET)
    if len(os.fsencode(found)) > 107:
        raise UsageError(f"{found}: too long for a socket's path", "107 bytes at most")
    return found


def connect_socket(path: Path) -> socket.socket:
    """A socket that is connected to `path`. Raises ConnectionRefused."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.connect(os.fspath(path))
    except OSError as error:
        made.close()
        raise ConnectionRefused(f"{path}: {error.strerror or error}", _hint(error)) from error
    return made


def _hint(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "start the node with -ipcbind=unix; see that data directory and chain are right"
    if isinstance(error, ConnectionRefusedError):
        return "the node that made this socket has ended: start it again"
    if isinstance(error, PermissionError):
        return "only the user who runs the node may connect"
    return "see the node's log"
