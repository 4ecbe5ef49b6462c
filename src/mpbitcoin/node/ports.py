"""Ports of the loopback interface for servers that must be told one."""

from __future__ import annotations

import socket
import sys


class Port:
    """A port that nobody else is given, until `close`.

    The kernel chooses it and keeps it for our socket, which is bound and never listens. Linux
    lets a server that sets SO_REUSEADDR, as Bitcoin Core does, listen on it all the same;
    elsewhere the port is let go at once and may, rarely, be taken before the server starts.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]
        if sys.platform != "linux":
            self.close()

    def close(self) -> None:
        """Let the port go."""
        self._socket.close()
