"""Ports of the loopback interface for servers that need a fixed one."""

from __future__ import annotations

import socket
import sys


class Port:
    """A port that no other program gets until `close`.

    The kernel chooses it and reserves it for our socket, which is bound and never listens. On
    Linux, a server that sets SO_REUSEADDR, as Bitcoin Core does, can still listen on it. Elsewhere
    the port is released at once; another program may, rarely, take it before the server starts.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]
        if sys.platform != "linux":
            self.close()

    def close(self) -> None:
        """Release the port."""
        self._socket.close()
