"""Processes that refuse a connection or send nothing: `connect()` fails, not the first call."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpbitcoin import ipc
from mpbitcoin.__main__ import main
from mpbitcoin.ipc.address import connect_socket
from mpbitcoin.ipc.errors import IpcError
from tests.ipc.conftest import FakeNode, RealNode, newest, stop
from tests.ipc.peers import abort, saying_nothing, serving
from tests.waiting import PATIENCE, wait_until

REASON = "there are 128 connections, no more are served"
SHORT = ipc.Limits(handshake=0.3)


def connect(address: str, limits: ipc.Limits | None = None) -> None:
    ipc.connect(address, limits=limits)


def aconnect(address: str, limits: ipc.Limits | None = None) -> None:
    async def run() -> None:
        await ipc.aconnect(address, limits=limits)

    asyncio.run(run())


both = pytest.mark.parametrize("connecting", [connect, aconnect])


@pytest.fixture
def refusing(tmp_path: Path) -> Iterator[str]:
    with serving(tmp_path, lambda peer: peer.sendall(abort(REASON))) as address:
        yield address


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    with saying_nothing(tmp_path) as address:
        yield address


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


@both
def test_a_refusal_says_why(connecting: Callable[[str], None], refusing: str) -> None:
    with pytest.raises(ipc.ConnectionRefused, match=REASON) as caught:
        connecting(refusing)
    assert refusing.partition(":")[2] in caught.value.message
    assert "log" in caught.value.hint


@both
def test_a_refusal_without_a_reason(connecting: Callable[[str], None], tmp_path: Path) -> None:
    def refuse(peer: socket.socket) -> None:
        peer.sendall(abort(""))
        while peer.recv(65536):
            pass

    with serving(tmp_path, refuse) as address, pytest.raises(ipc.ConnectionRefused) as caught:
        connecting(address)
    # Depends on what arrives first: the peer's empty reason or the end of its connection.
    assert re.search(r"peer: (disconnected: no reason|.* has ended)", caught.value.message)


@both
def test_a_connection_that_is_closed_at_once(
    connecting: Callable[[str], None], tmp_path: Path
) -> None:
    with (
        serving(tmp_path, lambda _: None) as address,
        pytest.raises(ipc.ConnectionRefused, match="closed the connection"),
    ):
        connecting(address)


@both
def test_a_peer_that_says_nothing(
    connecting: Callable[[str, ipc.Limits], None], silent: str
) -> None:
    before = descriptors()
    with pytest.raises(ipc.CallTimeout, match=r"no answer in 0\.3 s") as caught:
        connecting(silent, SHORT)
    assert "handshake" in caught.value.hint
    del caught
    wait_until(lambda: descriptors() == before + 1, "see that the peer's end alone is left")


@both
def test_a_peer_that_takes_no_connections(
    connecting: Callable[[str, ipc.Limits], None], tmp_path: Path
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen(0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect(str(tmp_path / "s"))
            with pytest.raises(ipc.CallTimeout, match="no answer"):
                connecting(f"unix:{tmp_path / 's'}", SHORT)


@pytest.mark.parametrize("action", [["call", "Mining.getTip"], ["describe"], ["watch"]])
def test_the_command_line(
    action: list[str], refusing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ipc", *action, f"--address={refusing}"]) == IpcError.exit_code
    assert REASON in capsys.readouterr().err
    (tmp_path / "silent").mkdir()
    with saying_nothing(tmp_path / "silent") as address:
        words = ["ipc", *action, f"--address={address}", "--timeout=0.3"]
        assert main(words) == IpcError.exit_code
    said = capsys.readouterr().err
    assert "no answer in 0.3 s" in said
    assert "raise the limit with --timeout" in said


def test_a_process_that_says_nothing_is_ended() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(3600)"]
    with pytest.raises(ipc.CallTimeout, match="no answer"):
        ipc.spawn(command, limits=SHORT)
    with pytest.raises(ipc.ConnectionRefused, match="has ended"):
        ipc.spawn([sys.executable, "-c", "pass"])


def test_a_node_that_stands_still(own_node: RealNode, capsys: pytest.CaptureFixture[str]) -> None:
    stop(own_node.pid)
    try:
        with pytest.raises(ipc.CallTimeout):
            ipc.connect(own_node.address, limits=SHORT)
        words = ["call", f"--address={own_node.address}", "--timeout=0.3", "Mining.getTip"]
        assert main(["ipc", *words]) == IpcError.exit_code
        assert "no answer" in capsys.readouterr().err
    finally:
        os.kill(own_node.pid, signal.SIGCONT)
    assert own_node.connect().echo.echo("on") == "on"


def test_a_limit_for_all_answers(fake_node: Callable[..., FakeNode]) -> None:
    address = fake_node().address
    with ipc.connect(address, limits=ipc.Limits(answer=3)) as session:
        echo = session.echo
        with pytest.raises(ipc.CallTimeout):
            echo.echo("never")
        assert echo.within(None).echo("on") == "on"


@newest
def test_a_node_that_has_too_many_connections_says_so(node: RealNode) -> None:
    """At most 128: the next one gets an error, existing ones continue.

    Some of earlier tests may still be ending as the others come.
    """

    def refusal() -> ipc.ConnectionRefused | None:
        try:
            closed.enter_context(node.connect())
        except ipc.ConnectionRefused as error:
            return error
        return None

    with node.connect() as session, contextlib.ExitStack() as closed:
        for _ in range(127):
            closed.enter_context(connect_socket(node.folder / "regtest" / "node.sock", PATIENCE))
        error = wait_until(refusal, "a connection that is refused")
        assert re.search(r"sock: bitcoin-node refuses .* 128", error.message)
        assert session.echo.echo("on") == "on"
