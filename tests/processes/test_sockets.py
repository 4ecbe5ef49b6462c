"""The IPC socket: who may connect, and what clients that misbehave can do."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import struct
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.node import Node
from tests.waiting import wait_until

MakeNode = Callable[..., Node]


def open_socket(path: Path) -> socket.socket:
    """A connection to the node's IPC socket."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))  # without a timeout: it waits until the node accepts
    except OSError:
        connection.close()
        raise
    connection.settimeout(30)
    return connection


def closed_by_peer(connection: socket.socket) -> bool:
    """Whether the other side has closed the connection after sending everything."""
    with contextlib.suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


def memory(pid: int) -> int:
    """Resident memory of a process in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def cli(node: Node, *words: str) -> str:
    """bitcoin-cli's answer over the IPC socket."""
    command = [str(node.executables / "bitcoin-cli"), "-regtest", f"-datadir={node.datadir}"]
    done = subprocess.run(
        [*command, "-ipcconnect=unix", *words], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_only_the_user_can_connect(make_node: MakeNode) -> None:
    node = make_node("-ipcbind=unix")
    path = node.folder / "node.sock"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cli(node, "getblockcount") == "0"


def test_a_stale_socket_is_replaced_and_a_live_one_refused(make_node: MakeNode) -> None:
    node = make_node("-ipcbind=unix")
    path = node.folder / "node.sock"
    second = make_node(f"-ipcbind=unix:{path}", start=False)
    done = subprocess.run(second.command(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Unable to bind to IPC address" in done.stderr
    assert "another process listens there" in done.stderr
    assert cli(node, "getblockcount") == "0"
    node.end()
    assert path.is_socket()
    node.start()
    assert cli(node, "getblockcount") == "0"


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_SEQPACKET])
def test_another_programs_socket_is_left_alone(
    make_node: MakeNode, tmp_path: Path, kind: socket.SocketKind
) -> None:
    path = tmp_path / "s"
    with socket.socket(socket.AF_UNIX, kind) as other:
        other.bind(str(path))
        if kind == socket.SOCK_SEQPACKET:
            other.listen()
        node = make_node(f"-ipcbind=unix:{path}", start=False)
        done = subprocess.run(node.command(), capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "another process has a socket of another type there" in done.stderr
        with socket.socket(socket.AF_UNIX, kind) as client:
            client.connect(str(path))  # it is still there


def test_a_sticky_folder_is_no_reason_to_warn(make_node: MakeNode, tmp_path: Path) -> None:
    shared, open_to_all = tmp_path / "shared", tmp_path / "open"
    for folder, mode in ((shared, 0o1777), (open_to_all, 0o777)):
        folder.mkdir()
        folder.chmod(mode)
    node = make_node(f"-ipcbind=unix:{shared}/s", f"-ipcbind=unix:{open_to_all}/s")
    assert f"Other users may write to {open_to_all}" in node.log
    assert f"Other users may write to {shared}" not in node.log


def test_garbage_and_half_messages(make_node: MakeNode) -> None:
    node = make_node("-ipcbind=unix")
    half = struct.pack("<II", 0, 100) + bytes(50)  # one segment of 100 words, of which 6 come
    garbage = [b"GET / HTTP/1.1\r\n\r\n" * 100, os.urandom(4096), bytes(4096), half, half[:6]]
    for rubbish in garbage:
        with open_socket(node.folder / "node.sock") as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(rubbish)
                connection.shutdown(socket.SHUT_WR)
            assert closed_by_peer(connection)
    assert cli(node, "getblockcount") == "0"


def test_a_client_that_leaves_in_the_middle(make_node: MakeNode) -> None:
    node = make_node("-ipcbind=unix")
    for size in range(1, 64):
        with open_socket(node.folder / "node.sock") as connection:
            connection.sendall((struct.pack("<II", 0, 7) + bytes(56))[:size])
    assert cli(node, "getblockcount") == "0"


def test_a_huge_length_is_not_believed(make_node: MakeNode) -> None:
    node = make_node("-ipcbind=unix")
    before = memory(node.pid)
    with open_socket(node.folder / "node.sock") as connection:
        connection.sendall(struct.pack("<II", 0, 2**27))  # one segment of 1 GiB
        assert closed_by_peer(connection)
    assert memory(node.pid) - before < 100
    assert cli(node, "getblockcount") == "0"


def test_a_thousand_connections(make_node: MakeNode) -> None:
    node = make_node("-ipcbind=unix")
    path = node.folder / "node.sock"
    before = memory(node.pid), descriptors(node.pid)
    with contextlib.ExitStack() as opened:
        for _ in range(1000):
            opened.enter_context(open_socket(path))
        assert node.rpc("getblockcount") == 0
        assert memory(node.pid) - before[0] < 100
        assert descriptors(node.pid) < before[1] + 200
    wait_until(lambda: descriptors(node.pid) <= before[1] + 5, "the connections' end")
    assert cli(node, "getblockcount") == "0"


def test_connections_leave_nothing_behind(make_node: MakeNode) -> None:
    node = make_node("-ipcbind=unix")
    path = node.folder / "node.sock"

    def cycles(count: int) -> None:
        for _ in range(count):
            open_socket(path).close()

    cycles(500)
    wait_until(lambda: descriptors(node.pid) < 200, "the connections' end")
    before = memory(node.pid), descriptors(node.pid), threads(node.pid)
    cycles(10_000)
    wait_until(lambda: descriptors(node.pid) <= before[1] + 2, "the connections' end")
    assert threads(node.pid) <= before[2]
    assert memory(node.pid) - before[0] < 20
    assert cli(node, "getblockcount") == "0"
