"""A regtest node for measurements: its process, its memory, and RPC over a persistent connection.

The RPC client is a bare socket: it needs some tens of microseconds per call, while Python's own
HTTP client needs several hundred.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from mpbitcoin.errors import RunError
from mpbitcoin.node.ports import Port
from mpbitcoin.node.rpc import RpcError
from mpbitcoin_depends.process import spawn

PATIENCE = 600.0
_LOADING = -28
_POLL = 0.002


class Rpc:
    """One connection to a node's RPC server. Not for several threads."""

    def __init__(self, port: int, cookie: bytes) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._authorization = base64.b64encode(cookie).decode()

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def __call__(self, method: str, *params: Any, wallet: str = "") -> Any:
        """The result of a call. Raises RpcError, and OSError when the node has ended."""
        answer = json.loads(self.exchange(self.request(method, *params, wallet=wallet)))
        if answer["error"]:
            raise RpcError(method, answer["error"]["code"], answer["error"]["message"])
        return answer["result"]

    def request(self, method: str, *params: Any, wallet: str = "") -> bytes:
        """A call as it goes over the wire."""
        body = json.dumps({"method": method, "params": params, "id": 1}).encode()
        head = [
            f"POST {f'/wallet/{wallet}' if wallet else '/'} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Authorization: Basic {self._authorization}",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join(head).encode() + b"\r\n\r\n" + body

    def exchange(self, request: bytes) -> bytes:
        """Send a request; the body of the answer."""
        self._socket.sendall(request)
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._receive()
        marker = b"content-length:"
        start = bytes(data[:end]).lower().index(marker) + len(marker)
        size = int(bytes(data[start:end]).split(b"\r\n", 1)[0])
        while len(data) < end + 4 + size:
            data += self._receive()
        return bytes(data[end + 4 :])

    def _receive(self) -> bytes:
        if not (part := self._socket.recv(1 << 20)):
            raise ConnectionResetError("the node closed the connection")
        return part


class Node:
    """A node with a data directory of its own; `program` is bitcoind or bitcoin-node."""

    def __init__(self, program: Path, datadir: Path, options: tuple[str, ...] = ()) -> None:
        self.program = program
        self.datadir = datadir
        self.options = options
        self.port = Port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Process id of the running node."""
        assert self.process is not None
        return self.process.pid

    def start(self) -> float:
        """Start the node; seconds until it has answered its first RPC. Raises RunError."""
        command = [str(self.program), "-regtest", f"-datadir={self.datadir}"]
        command += [
            f"-rpcport={self.port.number}",
            "-listen=0",
            "-printtoconsole=0",
            "-fallbackfee=0.0002",
            *self.options,
        ]
        cookie = self.datadir / "regtest" / ".cookie"
        cookie.unlink(missing_ok=True)
        log = self.datadir / "stdout.log"
        with log.open("wb") as output:
            begin = time.perf_counter()
            self.process = spawn(command, output=output)
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - begin > PATIENCE:
                self.kill()
                said = log.read_text(errors="replace").strip()[-2000:]
                raise RunError(f"{self.program.name} does not answer: {said}")
            time.sleep(_POLL)
        return time.perf_counter() - begin

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), contextlib.closing(self.connect()) as rpc:
            try:
                rpc("getblockcount")
                return True
            except RpcError as error:
                if error.code != _LOADING:
                    raise
        return False

    def connect(self) -> Rpc:
        """A connection to the node."""
        return Rpc(self.port.number, (self.datadir / "regtest" / ".cookie").read_bytes())

    def stop(self) -> float:
        """Stop the node; seconds until it and its children have ended. Raises RunError."""
        pids = self.pids()
        with contextlib.closing(self.connect()) as rpc:
            begin = time.perf_counter()
            rpc("stop")
        assert self.process is not None
        status = self.process.wait(PATIENCE)
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            time.sleep(_POLL)
        seconds = time.perf_counter() - begin
        if status != 0:
            raise RunError(f"{self.program.name} ended with status {status}: see {self.datadir}")
        return seconds

    def kill(self) -> None:
        """End the node at once, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def pids(self) -> list[int]:
        """The node's process id, then those of its children."""
        found = [self.pid]
        for tasks in Path(f"/proc/{self.pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += [int(word) for word in tasks.read_text().split()]
        return found

    def memory(self) -> dict[str, int]:
        """Resident bytes by the name of each process's executable."""
        found = {}
        for pid in self.pids():
            status = Path(f"/proc/{pid}/status").read_text()
            resident = status.split("VmRSS:", 1)[1].split(None, 1)[0]
            found[Path(os.readlink(f"/proc/{pid}/exe")).name] = int(resident) << 10
        return found
