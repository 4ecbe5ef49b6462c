"""Fixtures of the client's tests: a real node, and fake nodes in Python.

Both need the extension (MPBITCOIN_EXTENSION, or build/python). The real node is `--node`, of the
release `--release`: tests that are marked for another one are deselected.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mpbitcoin import ipc, paths
from mpbitcoin.ipc import mining, native
from mpbitcoin.ipc.types import TxDestination
from mpbitcoin.ipc.wallets import AttachedWallets, attach_wallets, output_script
from mpbitcoin.node.regtest import RegtestNode
from mpbitcoin.node.rpc import RpcError
from tests.waiting import PATIENCE, wait_until

Python = Callable[[str], subprocess.CompletedProcess[str]]
#: Of tests that need what only the newest release offers: Chain, Rpc, wallets. And of those that
#: leave before calls are answered, or send what is no transaction, which may end an older node.
newest = pytest.mark.release(native.RELEASES[0])

#: Begin of a program: `wait` is a call that only the end of the connection ends.
WAITING = """\
import threading, time
from mpbitcoin import ipc
node = ipc.connect({address!r})
mining = node.mining
tip = mining.get_tip()
def wait():
    try:
        mining.wait_tip_changed(tip.hash)
    except ipc.Disconnected:
        pass
"""


def in_threads(work: Callable[[int], None], count: int) -> None:
    """Run `work` with the numbers below `count`, each on a thread, and see that all end."""
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)


def stop(pid: int) -> None:
    """Stop a process, with all its threads."""
    os.kill(pid, signal.SIGSTOP)
    tasks = Path(f"/proc/{pid}/task")
    wait_until(
        lambda: all(
            (task / "stat").read_text().rpartition(")")[2].split()[0] == "T"
            for task in tasks.iterdir()
        )
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--node",
        type=Path,
        default=paths.PROJECT / "build" / "bin" / "bitcoin-node",
        help="the bitcoin-node that is talked to",
    )
    parser.addoption("--release", choices=native.RELEASES, default=native.RELEASES[0])
    parser.addoption("--rounds", type=int, default=7, help="starts and ends under stress")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests for nodes of another release."""
    other = [item for item in items if not _is_for(config.getoption("--release"), item)]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if item not in other]


def _is_for(release: str, item: pytest.Item) -> bool:
    marks = list(item.iter_markers("release"))
    return not marks or release in marks[0].args


class RealNode:
    """bitcoin-node on regtest, with 101 blocks."""

    def __init__(self, executable: Path, folder: Path, option: str = "-disablewallet") -> None:
        self.folder = folder
        options = [option, "-acceptnonstdtxn=1"]
        self._node = RegtestNode(folder, options, bin=executable.parent)
        self.address = f"unix:{self._node.socket}"

    def start(self) -> None:
        self._node.start()
        self._node.mine(101)

    def connect(self, limits: ipc.Limits | None = None) -> ipc.Session:
        return ipc.connect(self.address, limits=limits)

    async def aconnect(self) -> ipc.AsyncSession:
        return await ipc.aconnect(self.address)

    def rpc(self, method: str, *params: object) -> Any:
        """The result of an RPC over HTTP, which nodes of all releases have."""
        return self._node.rpc(method, *params)

    @property
    def pid(self) -> int:
        return self._node.pid

    def kill(self) -> None:
        os.kill(self._node.pid, signal.SIGKILL)

    def stop(self) -> int:
        """Stop the node; its exit status."""
        return self._node.stop()

    def wait(self) -> int:
        """The exit status of a node that ends on its own."""
        return self._node.wait()

    def restart(self, *options: str) -> None:
        """Start a node that has ended, with more options."""
        self._node.options = (*self._node.options, *options)
        self._node.start()

    def log(self) -> str:
        """debug.log."""
        return self._node.log()

    def end(self) -> None:
        self._node.close()


def rpc(session: ipc.Session, method: str, *params: object) -> object:
    """The result of an RPC over IPC. Raises RpcError."""
    request = json.dumps({"method": method, "params": params})
    answer: dict[str, Any] = json.loads(session.rpc.execute_rpc(request, "/", ""))
    if answer.get("error"):
        raise RpcError(method, answer["error"]["code"], answer["error"]["message"])
    return answer["result"]


def generate(session: ipc.Session, count: int) -> None:
    """Blocks that anybody can spend."""
    mining.mine(session, count)


@pytest.fixture(scope="session")
def executable(request: pytest.FixtureRequest) -> Path:
    path: Path = request.config.getoption("--node")
    assert path.is_file(), f"build first: no {path}"
    return path.resolve()


@contextmanager
def running(executable: Path, folder: Path, option: str = "-disablewallet") -> Iterator[RealNode]:
    """A node that ends with the block."""
    made = RealNode(executable, folder, option)
    try:
        made.start()
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def node(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealNode]:
    """A running node, for tests that keep it alive: it must stop cleanly after them."""
    with running(executable, tmp_path_factory.mktemp("node")) as made:
        yield made
        assert made.stop() == 0


@pytest.fixture
def own_node(executable: Path, tmp_path: Path) -> Iterator[RealNode]:
    """A running node of the test's own, which it may kill."""
    with running(executable, tmp_path) as made:
        yield made


@pytest.fixture
def session(node: RealNode) -> Iterator[ipc.Session]:
    with node.connect() as made:
        yield made


class FakeNode:
    """A server in a separate process, made with pycapnp, another implementation than ours."""

    def __init__(self, release: str, folder: Path) -> None:
        self.address = f"unix:{folder / 's'}"
        script = Path(__file__).with_name("fake_node.py")
        schemas = native.schema_folder(release)
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(folder / "s"), str(schemas)], stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def fake_node(tmp_path: Path) -> Iterator[Callable[..., FakeNode]]:
    """Makes fake nodes of a release, by default the newest."""
    made: list[FakeNode] = []

    def make(release: str = native.RELEASES[0]) -> FakeNode:
        made.append(FakeNode(release, tmp_path))
        return made[-1]

    yield make
    for each in made:
        each.end()


@pytest.fixture
def python() -> Python:
    """Runs a program that uses the client in a separate interpreter."""

    def run(text: str) -> subprocess.CompletedProcess[str]:
        env = dict(os.environ, PYTHONPATH=str(paths.PACKAGE.parent))
        return subprocess.run(
            [sys.executable, "-c", text],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=env,
        )

    return run


class Wallets:
    """A node, and its wallets as long as they are attached."""

    def __init__(self, executable: Path, folder: Path) -> None:
        self.program = executable.with_name("bitcoin-wallet")
        self.node = RegtestNode(folder, ["-walletprocess=attach"], bin=executable.parent)

    def attach(self) -> AttachedWallets:
        return attach_wallets(f"unix:{self.node.socket}", command=[self.program])

    def pay(self, address: TxDestination, blocks: int) -> None:
        """Mine blocks whose coins go to an address."""
        script = output_script(address).hex()
        self.node.rpc("generatetodescriptor", blocks, f"raw({script})")


@pytest.fixture
def own(executable: Path, tmp_path: Path) -> Iterator[Wallets]:
    """A node of the test's own, which it may kill."""
    made = Wallets(executable, tmp_path)
    with made.node:
        yield made
