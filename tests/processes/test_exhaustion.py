"""Exhausted resources and refused clients: the node reports them, continues and recovers."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import capnp
import pytest

from mpbitcoin.node.rpc import RpcClient
from tests.processes.foreign import OFFERED, Client, run, schema
from tests.processes.kernels import WITHOUT_OWN_USER, WITHOUT_PEER_USERS
from tests.processes.node import Node
from tests.processes.test_sockets import cli, descriptors, open_socket, threads
from tests.waiting import PATIENCE, wait_until

MakeNode = Callable[..., Node]
#: A user that has no other process.
OTHER_USER = 54321


@pytest.fixture
def few_descriptors(make_node: MakeNode) -> Node:
    """A node that may have 300 descriptors."""
    node = make_node("-ipcbind=unix", start=False)
    node.launcher = ("prlimit", "--nofile=300")
    node.start()
    return node


@contextlib.contextmanager
def without_descriptors(node: Node) -> Iterator[None]:
    """Use up the node's descriptors with idle connections to its RPC port."""
    with contextlib.ExitStack() as opened:
        while descriptors(node.pid) < 300:
            opened.enter_context(socket.create_connection(("127.0.0.1", node.port)))
            # Only when one is accepted can the next one be the last.
            wait_until(lambda: idle(node), "the node to accept")
        yield


def idle(node: Node) -> bool:
    """Whether no connection to the node's RPC port waits to be accepted."""
    port = f":{node.port:04X} "
    lines = Path("/proc/net/tcp").read_text().splitlines()
    [listening] = [line.split() for line in lines if f"0100007F{port}" in line and " 0A " in line]
    return listening[4].endswith(":00000000") or descriptors(node.pid) >= 300


def test_clients_are_served_when_descriptors_are_short(few_descriptors: Node) -> None:
    node = few_descriptors
    with without_descriptors(node):
        for _ in range(20):
            assert cli(node, "getblockcount") == "0"
    assert node.rpc("getblockcount") == 0
    assert cli(node, "getblockcount") == "0"


def test_accepting_goes_on_when_descriptors_come_back(few_descriptors: Node) -> None:
    node = few_descriptors
    with without_descriptors(node), contextlib.ExitStack() as opened:
        for _ in range(40):  # more than are in reserve
            opened.enter_context(open_socket(node.folder / "node.sock"))
        wait_until(lambda: "cannot accept connections for now" in node.log, "the log")
    assert cli(node, "getblockcount") == "0"
    assert node.log.count("cannot accept connections for now") == 1
    assert node.rpc("getblockcount") == 0


@pytest.fixture
def full(make_node: MakeNode) -> Iterator[Node]:
    """A node that has as many connections as it serves."""
    node = make_node("-ipcbind=unix", "-debug=ipc")
    with contextlib.ExitStack() as opened:
        for _ in range(128):
            opened.enter_context(open_socket(node.folder / "node.sock"))
        wait_until(lambda: node.log.count("socket connected") == 128, "the connections")
        yield node


def test_a_refused_client_learns_why(full: Node, bitcoin_tree: Path) -> None:
    async def test() -> None:
        with pytest.raises(capnp.KjException, match="connection: it already serves 128"):
            await Client.connect(full.folder / "node.sock", bitcoin_tree)

    run(test)
    command = [str(full.executables / "bitcoin-cli"), "-regtest", f"-datadir={full.datadir}"]
    done = subprocess.run(
        [*command, "-ipcconnect=unix", "getblockcount"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert "bitcoin-node refuses this connection: it already serves 128 others" in done.stderr


def automatic(node: Node) -> str:
    """bitcoin-cli's answer over its own choice of connection."""
    command = [str(node.executables / "bitcoin-cli"), "-regtest", f"-datadir={node.datadir}"]
    done = subprocess.run(
        [*command, f"-rpcport={node.port}", "getblockcount"],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return done.stdout.strip()


def test_the_automatic_choice_falls_back_to_http(full: Node) -> None:
    assert automatic(full) == "0"


@pytest.mark.parametrize("backlog", [0, 10])
def test_the_automatic_choice_is_not_held_up(make_node: MakeNode, backlog: int) -> None:
    """Another process listens on the node's socket and accepts no client, or sends nothing."""
    node = make_node()
    path = node.folder / "node.sock"
    with socket.socket(socket.AF_UNIX) as stopped, contextlib.ExitStack() as opened:
        stopped.bind(str(path))
        stopped.listen(backlog)
        with contextlib.suppress(BlockingIOError):
            while backlog == 0:
                waiting = opened.enter_context(socket.socket(socket.AF_UNIX))
                waiting.setblocking(False)
                waiting.connect(str(path))
        assert automatic(node) == "0"


def threads_of(user: int) -> int:
    """Threads of all processes of a user."""
    count = 0
    for file in Path("/proc").glob("[0-9]*/status"):
        # The owner of the folder is another one for processes that hide themselves from their user.
        with contextlib.suppress(OSError):
            status = dict(line.split(":", 1) for line in file.read_text().splitlines())
            count += int(status["Threads"]) if int(status["Uid"].split()[0]) == user else 0
    return count


@pytest.fixture
def others_node(executables: Path) -> Iterator[Node]:
    """A node limited to 150 threads: as another user if we are root, who has no limits."""
    folder = Path(tempfile.mkdtemp(prefix="mpbitcoin-"))
    programs = folder / "bin"  # the build folder may be closed to other users
    programs.mkdir()
    for name in ("bitcoin-node", "bitcoin-cli"):
        shutil.copy2(executables / name, programs)
    node = Node(programs, folder / "node", ("-ipcbind=unix", "-disablewallet"))
    user = OTHER_USER if os.geteuid() == 0 else os.geteuid()
    node.launcher = ("prlimit", f"--nproc={threads_of(user) + 150}")
    if user == OTHER_USER:
        become = ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups")
        node.launcher = (*become, *node.launcher)
        for path in (folder, node.datadir):
            os.chown(path, user, user)
    try:
        node.start()
        yield node
    finally:
        node.end()
        shutil.rmtree(folder)


@pytest.fixture
def foreign_node(request: pytest.FixtureRequest, make_node: MakeNode) -> Node:
    """A node of another user. Only root can start one: otherwise it believes that it is one."""
    if os.geteuid() == 0:
        others: Node = request.getfixturevalue("others_node")
        return others
    node = make_node("-ipcbind=unix", start=False)
    node.launcher = WITHOUT_OWN_USER
    node.start()
    return node


def refuses_us(node: Node, tree: Path, reason: str) -> None:
    """See the node refuse our connection for this reason, and bitcoin-cli use HTTP instead."""

    async def test() -> None:
        with pytest.raises(capnp.KjException, match=reason):
            await Client.connect(node.folder / "node.sock", tree)

    run(test)
    assert automatic(node) == "0"


def test_another_user_learns_why(foreign_node: Node, bitcoin_tree: Path) -> None:
    reason = rf"it serves only user (?!{os.geteuid()},)\d+, and you are user {os.geteuid()}"
    refuses_us(foreign_node, bitcoin_tree, reason)


def test_a_client_of_an_unknown_user_is_refused(make_node: MakeNode, bitcoin_tree: Path) -> None:
    node = make_node("-ipcbind=unix", start=False)
    node.launcher = WITHOUT_PEER_USERS
    node.start()
    refuses_us(node, bitcoin_tree, "does not report which user connects")
    assert node.stop() == 0


def test_threads_run_out(others_node: Node, bitcoin_tree: Path) -> None:
    node = others_node

    async def connect() -> Client:
        schema(bitcoin_tree, OFFERED)  # which the other user can't read
        ourselves = os.geteuid()
        if ourselves == 0:
            os.seteuid(OTHER_USER)  # whom the node sees
        try:
            return await Client.connect(node.folder / "node.sock", bitcoin_tree)
        finally:
            os.seteuid(ourselves)

    async def exhaust() -> None:
        client = await connect()
        kept: list[Any] = []
        refused = ""
        while not refused:
            try:
                kept.append(await client.thread())
            except capnp.KjException as error:
                refused = str(error)
        assert "no thread can be created" in refused
        assert len(kept) > 20
        # Leave objects whose end needs a thread.
        echo = (await client.call(client.init, "makeEcho", thread=kept[0])).result
        assert (await client.call(echo, "echo", thread=kept[0], echo="x")).result == "x"
        client.close()

    before = threads(node.pid)
    for _ in range(3):
        run(exhaust)
        wait_until(lambda: threads(node.pid) <= before + 1, "the end of the threads")
    client = RpcClient(node.port, node.folder / ".cookie")
    assert client.call("getblockcount", timeout=PATIENCE) == 0


def test_a_connection_that_waits_in_vain_costs_nothing(full: Node) -> None:
    """Refused connections are closed after a while, also silent ones."""
    before = descriptors(full.pid)
    with contextlib.ExitStack() as opened:
        for _ in range(10):
            opened.enter_context(open_socket(full.folder / "node.sock"))
        wait_until(lambda: descriptors(full.pid) == before + 10, "the connections")
        wait_until(lambda: descriptors(full.pid) == before, "their end")
