"""Commands that read all coins, beside one that closes and opens their database."""

from __future__ import annotations

import fcntl
import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from mpbitcoin.node.regtest import RegtestNode
from mpbitcoin.node.rpc import RpcError
from tests.ipc.callers import SCRIPT
from tests.ipc.conftest import newest
from tests.ipc.snapshot import Snapshot
from tests.waiting import PATIENCE, wait_until

pytestmark = newest
_READERS = ("dumptxoutset", "gettxoutsetinfo", "scantxoutset")


@pytest.fixture(scope="module")
def coins(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegtestNode]:
    folder = tmp_path_factory.mktemp("coins")
    with RegtestNode(folder, ["-disablewallet"], bin=executable.parent) as node:
        node.mine(5)
        yield node


def refusal(call: Callable[[], object]) -> str:
    """The text with which a command is refused."""
    with pytest.raises(RpcError) as caught:
        call()
    return str(caught.value)


class InBackground(threading.Thread):
    """A command on a thread of its own."""

    def __init__(self, node: RegtestNode, *words: str) -> None:
        super().__init__(daemon=True)
        self.node, self.words = node, words
        self.error = ""
        self.start()
        # Bitcoin Core's own handler is the second one.
        wait_until(lambda: running(node).count(words[0]) == 2, f"{words[0]} to run")

    def run(self) -> None:
        try:
            self.node.rpc(*self.words)
        except RpcError as error:
            self.error = str(error)


@contextmanager
def held(node: RegtestNode, command: str, fifo: Path, *words: str) -> Iterator[InBackground]:
    """While the block runs, a command waits for the other end of a named pipe."""
    os.mkfifo(fifo)
    waiting = InBackground(node, command, str(fifo), *words)
    yield waiting
    descriptor = os.open(fifo, os.O_RDWR)
    os.write(descriptor, bytes(100))
    waiting.join(PATIENCE)
    os.close(descriptor)


def running(node: RegtestNode) -> list[str]:
    return [each["method"] for each in node.rpc("getrpcinfo")["active_commands"]]


@contextmanager
def full_pipe(path: Path) -> Iterator[int]:
    """A named pipe that takes no more bytes until somebody reads some; its descriptor."""
    os.mkfifo(path)
    descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(descriptor, bytes(fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 4096)))
        yield descriptor
    finally:
        os.close(descriptor)


def test_a_snapshot_is_loaded_while_coins_are_read(executable: Path, tmp_path: Path) -> None:
    snapshot = Snapshot.make(tmp_path / "miner", executable.parent)
    dump = tmp_path / "dump"
    with RegtestNode(tmp_path / "node", ["-disablewallet"], bin=executable.parent) as node:
        snapshot.announce(node)
        for block in snapshot.blocks[:-1]:
            node.rpc("submitblock", block)
        with full_pipe(dump) as pipe:
            reading = InBackground(node, "dumptxoutset", str(dump), "latest")
            time.sleep(0.5)  # nothing shows that it has begun to write
            load = partial(node.rpc, "loadtxoutset", str(snapshot.file))
            assert "Another command reads all coins" in refusal(load)
            while reading.is_alive():
                if select.select([pipe], [], [], 0.1)[0]:
                    os.read(pipe, 4096)
        assert not reading.error
        assert load()["base_height"] == len(snapshot.blocks)
        assert node.rpc("gettxoutsetinfo")["height"] == len(snapshot.blocks)


def test_nothing_reads_coins_while_a_snapshot_is_loaded(coins: RegtestNode, tmp_path: Path) -> None:
    with held(coins, "loadtxoutset", tmp_path / "snapshot") as loading:
        for call in (
            lambda: coins.rpc("gettxoutsetinfo"),
            lambda: coins.rpc("scantxoutset", "start", [SCRIPT]),
            lambda: coins.rpc("dumptxoutset", str(tmp_path / "dump"), "latest"),
            lambda: coins.rpc("loadtxoutset", "absent"),
        ):
            assert "loadtxoutset is loading a snapshot: repeat" in refusal(call)
        assert coins.rpc("scantxoutset", "status") is None
        assert coins.rpc("scantxoutset", "abort") is False
    assert "Unable to parse metadata" in loading.error
    assert coins.rpc("gettxoutsetinfo")["height"] == 5


def test_no_snapshot_is_loaded_while_coins_are_read(coins: RegtestNode, tmp_path: Path) -> None:
    load = partial(coins.rpc, "loadtxoutset", "absent")
    with held(coins, "dumptxoutset", tmp_path / "dump", "latest") as reading:
        assert "Another command reads all coins" in refusal(load)
        assert coins.rpc("gettxoutsetinfo")["height"] == 5
    assert not reading.error
    assert "Couldn't open file" in refusal(load)


def test_the_commands_take_what_they_take_in_bitcoin_core(
    coins: RegtestNode, tmp_path: Path
) -> None:
    named = coins.rpc
    assert named("gettxoutsetinfo", hash_type="none", use_index=False)["height"] == 5
    assert named("gettxoutsetinfo", "none", use_index=False)["height"] == 5
    assert "txid" not in coins.rpc("gettxoutsetinfo", "none")
    assert named("scantxoutset", action="start", scanobjects=[SCRIPT])["height"] == 5
    rolled = named("dumptxoutset", path=str(tmp_path / "two"), rollback=2)
    assert rolled["base_height"] == 2
    positional = coins.rpc("dumptxoutset", str(tmp_path / "three"), "rollback", {"rollback": 3})
    assert positional["base_height"] == 3
    assert "Unknown named parameter colour" in refusal(lambda: named("gettxoutsetinfo", colour=1))
    assert "conflicts with" in refusal(
        lambda: named("dumptxoutset", path="x", options={}, rollback=2)
    )
    dump = partial(coins.rpc, "dumptxoutset", str(tmp_path / "none"))
    for too_many in (partial(dump, None, {}, 2), partial(dump, "latest", None, None, True)):
        assert refusal(too_many).count("\n") > 10
    nothing = {"path": str(tmp_path / "none"), "type": "latest", "rollback": None}
    assert "with rollback option" in refusal(lambda: named("dumptxoutset", **nothing))
    assert "not of expected type" in refusal(lambda: coins.rpc("gettxoutsetinfo", 1))
    assert refusal(lambda: coins.rpc("gettxoutsetinfo", "none", None, True, 1)).count("\n") > 10


def test_their_help_is_bitcoin_cores(coins: RegtestNode) -> None:
    chain = coins.rpc("help").split("== Blockchain ==")[1].split("== ")[0]
    for name in ("loadtxoutset", *_READERS):
        assert chain.count(f"\n{name} ") == 1
        text = coins.rpc("help", name)
        assert text.startswith(f"{name} ")
        assert "\nExamples:\n" in text
