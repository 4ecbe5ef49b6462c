"""A short live demonstration on regtest: node, wallet, blocks, IPC, clean stop."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin import process
from mpbitcoin.errors import RunError

_START_SECONDS = 60
_STOP_SECONDS = 60


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Node:
    """A regtest bitcoin-node of our own, with a data folder of its own."""

    bin: Path
    datadir: Path
    port: int
    running: subprocess.Popen[bytes] | None = None

    @property
    def arguments(self) -> list[str]:
        """What node and cli share."""
        return ["-regtest", f"-datadir={self.datadir}", f"-rpcport={self.port}"]

    def command(self) -> list[str]:
        """The command that starts the node."""
        more = ["-ipcbind=unix", "-debug=ipc", "-listen=0", "-printtoconsole=0", "-server"]
        return [str(self.bin / "bitcoin-node"), *self.arguments, *more]

    def start(self) -> None:
        """Start the node and wait until it answers. Raises RunError."""
        log = self.datadir / "stdout.log"
        with log.open("wb") as stream:
            self.running = process.spawn(self.command(), output=stream)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self.running.poll() is not None:
                words = log.read_text(errors="replace").strip()[-2000:]
                raise RunError(f"bitcoin-node ended with {self.running.returncode}: {words}")
            try:
                self.cli("getblockcount")
                return
            except process.CommandFailed:
                time.sleep(0.1)
        raise RunError(f"bitcoin-node did not answer within {_START_SECONDS} s")

    def cli(self, *words: str, ipc: bool = False) -> str:
        """bitcoin-cli's answer; over the node's IPC socket with `ipc`."""
        transport = ["-ipcconnect=unix"] if ipc else ["-ipcconnect=0"]
        command = [str(self.bin / "bitcoin-cli"), *self.arguments, *transport, *words]
        return process.capture(command, timeout=120).strip()

    def stop(self) -> int:
        """Stop the node cleanly; its exit status. Raises RunError when it does not end."""
        assert self.running is not None
        self.cli("stop")
        try:
            return self.running.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise RunError(f"bitcoin-node did not stop within {_STOP_SECONDS} s") from error

    def end(self) -> None:
        """Kill the node if it runs still."""
        if self.running is not None and self.running.poll() is None:
            self.running.kill()
            self.running.wait()


def _processes() -> list[tuple[int, int, int, str]]:
    """Process, its parent, its memory in MiB and its name, of all processes."""
    if not Path("/proc/self/stat").is_file():
        listing = process.capture(["ps", "-A", "-o", "pid=,ppid=,rss=,comm="])
        rows = [line.split(None, 3) for line in listing.splitlines()]
        return [(int(r[0]), int(r[1]), int(r[2]) // 1024, r[3]) for r in rows if len(r) == 4]
    found = []
    page = os.sysconf("SC_PAGE_SIZE")
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it ended meanwhile
            head, rest = (entry / "stat").read_text().rsplit(")", 1)
            fields = rest.split()
            memory = int(fields[21]) * page // 2**20
            found.append((int(entry.name), int(fields[1]), memory, head.split("(", 1)[1]))
    return found


def process_tree(root: int) -> list[str]:
    """The process and its descendants, one line each, children indented."""
    rows = _processes()
    lines: list[str] = []

    def add(pid: int, depth: int) -> None:
        for own, _, memory, name in rows:
            if own == pid:
                lines.append(f"{'  ' * depth}{name} (pid {pid}, {memory} MiB)")
        for child, parent, _, _ in rows:
            if parent == pid:
                add(child, depth + 1)

    add(root, 0)
    return lines


def show(bin_folder: Path) -> None:
    """Run the demonstration, telling each step. Raises RunError when one fails."""
    with tempfile.TemporaryDirectory(prefix="mpbitcoin-demo-") as folder:
        node = Node(bin_folder, Path(folder), free_port())
        try:
            _steps(node)
        finally:
            node.end()


def _steps(node: Node) -> None:
    print(f"$ {shlex.join(['bitcoin-node', *node.command()[1:]])}")
    node.start()
    assert node.running is not None
    sockets = [p for p in (node.datadir / "regtest").glob("*.sock") if p.is_socket()]
    print(f"  node answers; IPC socket: {', '.join(p.name for p in sockets) or 'none'}")
    _tell(node, "createwallet", "demo")
    address = node.cli("getnewaddress")
    _tell(node, "generatetoaddress", "101", address)
    balance = _tell(node, "getbalance")
    blocks = node.cli("getblockcount", ipc=True)
    print(f"$ bitcoin-cli -regtest -ipcconnect=unix getblockcount\n  {blocks}")
    if float(balance) != 50 or blocks != "101":
        raise RunError(f"expected 50 coins at height 101, found {balance} at {blocks}")
    print("processes:")
    for line in process_tree(node.running.pid):
        print(f"  {line}")
    status = node.stop()
    print(f"$ bitcoin-cli -regtest stop\n  clean stop, exit status {status}")
    if status != 0:
        raise RunError(f"bitcoin-node ended with status {status}")


def _tell(node: Node, *words: str) -> str:
    answer = node.cli(*words)
    print(f"$ bitcoin-cli -regtest {shlex.join(words)}")
    shown: Sequence[str] = [answer]
    if answer.startswith("["):
        hashes = json.loads(answer)
        shown = [f"{len(hashes)} blocks, the last {hashes[-1]}"]
    elif answer.startswith("{"):
        shown = [json.dumps(json.loads(answer))]
    for line in shown:
        print(f"  {line}")
    return answer


def run_executable(bin_folder: Path, words: Sequence[str]) -> int:
    """Become one of the executables."""
    program = bin_folder / words[0]
    if not program.is_file():
        raise RunError(f"no executable {words[0]} in {bin_folder}", "`mpbitcoin build` builds them")
    os.execv(program, [str(program), *words[1:]])
