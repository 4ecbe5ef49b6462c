"""A temporary regtest node: its data directory, process, RPC and IPC socket."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpbitcoin import process
from mpbitcoin.datadir import CHAINS, SOCKET
from mpbitcoin.errors import RunError
from mpbitcoin.files import write_parts
from mpbitcoin.node import executables
from mpbitcoin.node.ports import Port
from mpbitcoin.node.rpc import NoAnswer, RpcClient

if TYPE_CHECKING:
    from mpbitcoin.ipc import Session

#: Seconds; long enough for a loaded machine.
PATIENCE = 60.0
_LOOK_AGAIN = 0.01
#: Longest path of a Unix socket on Linux and macOS (107 and 103 bytes).
_SOCKET_PATH = 103
_GUARD = Path(__file__).with_name("guard.py")
#: Keep everything local, and small: many nodes may run at the same time.
_CONFIGURATION = """\
regtest=1
[regtest]
server=1
rpcbind=127.0.0.1
rpcallowip=127.0.0.1
rpcport={rpc_port}
ipcbind={ipc}
printtoconsole=0
logtimemicros=1
fallbackfee=0.0002
dnsseed=0
fixedseeds=0
natpmp=0
dbcache=16
unsafesqlitesync=1
listen={listen}
"""


class RegtestNode:
    """bitcoin-node on regtest in its own data directory.

    Start it with `start()` or a `with` block. It ends when this process ends, also by a crash.
    `options` are further options of bitcoin-node, such as `-txindex`. With `listen` it accepts
    peer-to-peer connections, see `connect`. The executables are those of the folder `bin`, or the
    installed ones. `bitcoin-cli -datadir=<datadir>` works with the node, too.
    """

    def __init__(
        self,
        datadir: Path,
        options: Sequence[str] = (),
        listen: bool = False,
        bin: Path | None = None,
    ) -> None:
        self.datadir = datadir
        self.options = tuple(options)
        self._bin = bin
        self._rpc_port = Port()
        self._p2p_port = Port() if listen else None
        self._short: Path | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._tie = -1
        self._pid = 0
        self._session: Session | None = None
        self.socket = self.folder / SOCKET
        if len(os.fsencode(self.socket)) > _SOCKET_PATH:
            self._short = Path(tempfile.mkdtemp(prefix="mpb-"))
            self.socket = self._short / SOCKET
        self._client = RpcClient(self._rpc_port.number, self.folder / ".cookie")

    def __enter__(self) -> RegtestNode:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        state = f"pid {self._pid}" if self.running else "not running"
        return f"<RegtestNode {self.datadir}, {state}>"

    @property
    def folder(self) -> Path:
        """The folder of regtest in the data directory."""
        return self.datadir / CHAINS["regtest"]

    @property
    def rpc_port(self) -> int:
        """The port of JSON-RPC, on 127.0.0.1."""
        return self._rpc_port.number

    @property
    def pid(self) -> int:
        """The node's process id. Raises RunError when the node is not running."""
        if not self.running:
            raise RunError(f"the node in {self.datadir} is not running")
        return self._pid

    @property
    def running(self) -> bool:
        """Whether the process exists."""
        return self._guard is not None and self._guard.poll() is None

    def log(self, lines: int = 0) -> str:
        """debug.log, or its last `lines`."""
        try:
            text = (self.folder / "debug.log").read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:]) if lines else text

    @property
    def output(self) -> str:
        """The node's console output: errors of its start."""
        try:
            return self._console.read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return ""

    @property
    def _console(self) -> Path:
        return self.datadir / "console.log"

    def start(self) -> None:
        """Start the node and wait until RPC and IPC are ready.

        Raises RunError with the node's output when it ends or takes too long, MachineError when
        there is no executable.
        """
        if self.running:
            raise RunError(f"the node in {self.datadir} is already running")
        self._write_configuration()
        command = [sys.executable, "-I", "-S", str(_GUARD), *self.command()]
        reading, self._tie = os.pipe()
        try:
            with self._console.open("wb") as console:
                self._guard = process.spawn(
                    command, input=reading, output=subprocess.PIPE, errors=console
                )
        except BaseException:
            self._let_go()
            raise
        finally:
            os.close(reading)
        assert self._guard.stdout is not None
        self._pid = int(self._guard.stdout.readline() or 0)
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def command(self) -> list[str]:
        """The command line that starts the node. Raises MachineError."""
        return [self._program("bitcoin-node"), f"-datadir={self.datadir}", *self.options]

    def _program(self, name: str) -> str:
        return str(executables.find(name) if self._bin is None else self._bin / name)

    def _write_configuration(self) -> None:
        ipc = "unix" if self._short is None else f"unix:{self.socket}"
        text = _CONFIGURATION.format(
            rpc_port=self.rpc_port, ipc=ipc, listen=int(self._p2p_port is not None)
        )
        if self._p2p_port:
            text += f"bind=127.0.0.1:{self._p2p_port.number}\n"
        self.datadir.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_parts(self.datadir / "bitcoin.conf", [text])

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        said = ""
        while time.monotonic() < deadline:
            if not self.running:
                assert self._guard is not None
                status = self._guard.returncode
                raise RunError(f"bitcoin-node ended with status {status}: {self.output}")
            try:
                self.rpc("getblockcount")
            except RunError as error:  # no answer yet, or it is still loading
                said = error.message
            else:
                return
            time.sleep(_LOOK_AGAIN)
        raise RunError(f"bitcoin-node is not ready after {PATIENCE:g} s: {said}")

    def rpc(self, method: str, *args: Any, wallet: str | None = None, **named: Any) -> Any:
        """The result of an RPC, with decimal fractions as Decimal. Raises RpcError, NoAnswer."""
        return self._client.call(method, *args, wallet=wallet, **named)

    def cli(self, *words: str) -> str:
        """The output of bitcoin-cli. Raises CommandFailed."""
        command = [self._program("bitcoin-cli"), f"-datadir={self.datadir}", *words]
        return process.capture(command, timeout=PATIENCE).strip()

    @property
    def ipc(self) -> Session:
        """A connection to the node's IPC socket, made once; it closes with the node.

        Raises IpcError, or MachineError without the extension.
        """
        from mpbitcoin import ipc

        if self._session is None:
            self._session = ipc.connect(f"unix:{self.socket}")
        return self._session

    def mine(self, blocks: int = 1, to: str | None = None) -> list[str]:
        """Mine blocks over IPC and return their hashes. Pays to the address `to`, else to anyone.

        Raises IpcError, RunError for an invalid address, MachineError without the extension.
        """
        from mpbitcoin.ipc import mining

        script = mining.ANYONE
        if to is not None:
            told = self.rpc("validateaddress", to)
            if not told["isvalid"]:
                raise RunError(f"{to}: {told['error']}")
            script = bytes.fromhex(told["scriptPubKey"])
        return [str(block) for block in mining.mine(self.ipc, blocks, script)]

    def connect(self, other: RegtestNode) -> None:
        """Connect to `other`, which was made with `listen`; returns when both list the peer."""
        if other._p2p_port is None:
            raise RunError(
                f"the node in {other.datadir} does not listen for connections", "listen=True"
            )
        address = f"127.0.0.1:{other._p2p_port.number}"
        self.rpc("addnode", address, "onetry")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            peers = self.rpc("getpeerinfo")
            if any(p["addr"] == address and p["bytesrecv_per_msg"].get("verack") for p in peers):
                return
            time.sleep(_LOOK_AGAIN)
        raise RunError(f"no connection to {address} within {PATIENCE:g} s")

    def stop(self) -> int:
        """Stop the node cleanly and return its exit status, 0 when it is not running.

        Kills the node and raises RunError when it does not end.
        """
        if self._guard is None:
            return 0
        with contextlib.suppress(NoAnswer):  # it has ended, or is shutting down
            self.rpc("stop")
        return self.wait()

    def wait(self) -> int:
        """Wait until the node ends and return its exit status, 0 when it is not running.

        Kills the node and raises RunError when it does not end.
        """
        if self._guard is None:
            return 0
        try:
            status = self._guard.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RunError(f"bitcoin-node is still running after {PATIENCE:g} s") from None
        self._let_go()
        return status

    def kill(self) -> None:
        """Kill the node and its wallet process."""
        self._let_go()

    def _let_go(self) -> None:
        """Close the IPC connection and the pipe that keeps the node alive, and wait for its end."""
        if self._session is not None:
            self._session.close()
            self._session = None
        if self._tie >= 0:
            os.close(self._tie)
            self._tie = -1
        if self._guard is not None:
            self._guard.wait()
            if self._guard.stdout is not None:
                self._guard.stdout.close()
            self._guard = None

    def close(self) -> None:
        """Stop the node, if it is running, and release its ports. The data directory remains."""
        try:
            self.stop()
        finally:
            self.kill()
            for port in (self._rpc_port, self._p2p_port):
                if port is not None:
                    port.close()
            if self._short is not None:
                shutil.rmtree(self._short, ignore_errors=True)
