"""Calls in every phase of a node: before it has loaded, and while it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc import mining
from mpbitcoin.ipc.handlers import ChainNotificationsHandler
from mpbitcoin.ipc.types import BlockWaitOptions
from mpbitcoin.node.regtest import RegtestNode
from mpbitcoin.node.rpc import RpcError
from tests.ipc.callers import SCRIPT, Caller
from tests.ipc.conftest import RealNode, newest, rpc
from tests.waiting import PATIENCE, wait_until

pytestmark = newest
Result = list[object]


def in_background(call: Callable[[], object]) -> tuple[threading.Thread, Result]:
    """Make a call on a separate thread; the list gets its result or its error."""
    result: Result = []

    def run() -> None:
        try:
            result.append(call())
        except ipc.IpcError as error:
            result.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, result


def wait_for_calls(node: RealNode, method: str, count: int = 1) -> None:
    """Wait until the node, which logs `ipc`, has so many calls of a method on its threads."""
    received = re.compile(rf"IPC server recv #\d+ {re.escape(method)} ")
    wait_until(lambda: len(received.findall(node.log())) >= count, f"see {method} arrive")
    time.sleep(0.2)  # no line shows that a thread has begun with it


class Starting:
    """A node with some blocks that is about to start, and calls that begin before it listens."""

    def __init__(self, executable: Path, folder: Path, *options: str) -> None:
        self.node = RegtestNode(folder, options, bin=executable.parent)
        self.address = f"unix:{self.node.socket}"

    def serves(
        self, work: Callable[[ipc.Session], None], enough: Callable[[list[Caller]], bool]
    ) -> None:
        """Start the node, and see it serve four clients from its first moment until `enough`."""
        callers = [Caller(self.address, work) for _ in range(4)]
        for caller in callers:
            caller.start()
        self.node.start()
        wait_until(lambda: enough(callers), "the clients")
        for caller in callers:
            caller.end()
            caller.join(PATIENCE)
        assert [caller.fault for caller in callers] == [None] * 4


@pytest.fixture
def starting(executable: Path, tmp_path: Path) -> Iterator[Starting]:
    made = Starting(executable, tmp_path, "-disablewallet")
    yield made
    made.node.close()


def test_calls_wait_until_the_chain_is_loaded(starting: Starting) -> None:
    def ask(session: ipc.Session) -> None:
        chain = session.chain
        assert chain.get_height() is not None
        assert not chain.have_pruned()
        chain.is_initial_block_download()
        chain.is_ready_to_broadcast()
        chain.get_prune_height()
        chain.has_assumed_valid_chain()
        assert session.mining.get_tip() is not None

    for _ in range(6):
        starting.serves(ask, lambda callers: all(caller.rounds > 2 for caller in callers))
        assert starting.node.stop() == 0


def test_commands_are_answered_while_the_node_loads(starting: Starting) -> None:
    codes: list[int] = []

    def ask(session: ipc.Session) -> None:
        request = json.dumps({"method": "getblockcount", "params": []})
        answer = json.loads(session.rpc.execute_rpc(request, "/", ""))
        codes.append(answer["error"]["code"] if answer.get("error") else 0)

    starting.serves(ask, lambda _: codes.count(0) > 10)
    assert set(codes) <= {0, -28}


def test_calls_are_refused_and_answered_while_the_node_ends(own_node: RealNode) -> None:
    own_node.rpc("logging", ["ipc"])
    with own_node.connect() as stopping, own_node.connect() as other:
        chain, tip = other.chain, other.mining.get_tip()
        assert tip is not None
        found = other.mining
        waiting = [in_background(lambda: found.wait_tip_changed(tip.hash)) for _ in range(8)]
        wait_for_calls(own_node, "Mining.waitTipChanged", 8)
        # The answer comes late: the node may not end before.
        thread, answer = in_background(lambda: rpc(stopping, "stop", 8000))

        def refused() -> bool:
            try:
                chain.get_height()
            except ipc.CallRefused as error:
                return error.text == "the node is shutting down"
            return False

        wait_until(refused, "a call that is refused")
        with pytest.raises(ipc.CallRefused, match="the node is shutting down"):
            found.get_tip()
        with pytest.raises(ipc.CallRefused, match="the node is shutting down"):
            rpc(other, "getblockcount")
        for each, result in waiting:
            each.join(PATIENCE)
            assert result == [None]
        thread.join(PATIENCE)
        assert answer == ["Bitcoin Core stopping"]
        assert own_node.wait() == 0


def test_waits_get_their_answers_before_the_connection_closes(own_node: RealNode) -> None:
    own_node.rpc("logging", ["ipc"])
    with own_node.connect() as session:
        tip = session.mining.get_tip()
        template = session.mining.create_new_block(cooldown=False)
        assert tip is not None
        assert template is not None
        waiting = [in_background(lambda: session.mining.wait_tip_changed(tip.hash))]
        waiting.append(in_background(lambda: template.wait_next(BlockWaitOptions())))
        for method in ("Mining.waitTipChanged", "BlockTemplate.waitNext"):
            wait_for_calls(own_node, method)
        assert own_node.stop() == 0
        for thread, result in waiting:
            thread.join(PATIENCE)
            assert result == [None]


def test_no_block_is_taken_while_block_files_are_read(own_node: RealNode) -> None:
    """It would be written over blocks that are yet to be read."""
    with own_node.connect() as session:
        tip = rpc(session, "getbestblockhash")
        block = rpc(session, "getblock", tip, 0)
    assert own_node.stop() == 0
    # The node continues to read when somebody writes to this pipe.
    file = own_node.folder / "regtest" / "blocks" / "blk00001.dat"
    os.mkfifo(file)
    own_node.restart("-reindex")
    refused = "the node is reading its block files again"
    with own_node.connect() as session:
        with pytest.raises(ipc.RemoteError, match=refused):
            session.mining.create_new_block(cooldown=False)
        with pytest.raises(RpcError, match=refused):
            rpc(session, "generatetodescriptor", 1, SCRIPT)
        with pytest.raises(ipc.RemoteError, match=refused):
            rpc(session, "submitblock", block)
        file.open("wb").close()
        file.unlink()
        wait_until(lambda: rpc(session, "getbestblockhash") == tip, "the blocks")
        assert rpc(session, "submitblock", block) == "duplicate"
        mining.mine(session, 1)
    assert own_node.stop() == 0


class Stalling(ChainNotificationsHandler):
    """Takes a notification and never returns, until it is let go."""

    def __init__(self) -> None:
        self.called, self.go = threading.Event(), threading.Event()

    def block_connected(self, role: object, block: object) -> None:
        self.called.set()
        self.go.wait(10 * PATIENCE)


def test_a_client_that_stalls_does_not_hold_up_the_end(own_node: RealNode) -> None:
    own_node.rpc("logging", ["ipc"])
    with own_node.connect() as session:
        stalling, chain = Stalling(), session.chain
        handler = chain.handle_notifications(stalling)
        mining.mine(session, 1)
        assert stalling.called.wait(PATIENCE)
        # It waits for the client, which does not read.
        thread, result = in_background(chain.wait_for_notifications)
        wait_for_calls(own_node, "Chain.waitForNotifications")
        assert own_node.stop() == 0
        thread.join(PATIENCE)
        assert isinstance(result[0], ipc.Disconnected)
        stalling.go.set()
        del handler


def test_a_call_that_never_ends_loses_nothing(own_node: RealNode) -> None:
    with own_node.connect() as session:
        height = session.chain.get_height()
        in_background(lambda: rpc(session, "stop", 1_000_000_000))
        assert own_node.wait() == 1
    log = own_node.log()
    assert "Calls delay the shutdown, so their connections are closed: Rpc.executeRpc since" in log
    assert "Calls do not end: the node has saved its state and exits" in log
    own_node.restart()
    with own_node.connect() as session:
        assert session.chain.get_height() == height


def test_a_call_that_keeps_the_chain_state(own_node: RealNode) -> None:
    """It computes, or waits for a disk, with the lock held that is needed to save the state."""
    blocks = own_node.folder / "regtest" / "blocks" / "blk00000.dat"
    kept = blocks.with_suffix(".kept")
    with own_node.connect() as session:
        height = session.chain.get_height()
        begun = own_node.log().count("Verifying last")
        blocks.rename(kept)
        os.mkfifo(blocks)  # opening it never returns
        in_background(lambda: rpc(session, "verifychain", 0, 1))
        wait_until(lambda: own_node.log().count("Verifying last") > begun, "see it begin")
        os.kill(own_node.pid, signal.SIGTERM)
        assert own_node.wait() == 1
    log = own_node.log()
    assert "Calls do not end: the node cannot save its state, which a call locks" in log
    assert "Rpc.executeRpc since" in log
    kept.rename(blocks)
    # The state is the one that was written last. The blocks are there.
    own_node.restart("-reindex")
    with own_node.connect() as session:
        wait_until(lambda: session.chain.get_height() == height, "the blocks")
        assert rpc(session, "verifychain")


def test_clients_that_come_while_the_node_ends_do_not_keep_it(own_node: RealNode) -> None:
    over = threading.Event()
    path = own_node.address.removeprefix("unix:")

    def come() -> None:
        opened: list[socket.socket] = []
        while not over.is_set():
            opened.append(socket.socket(socket.AF_UNIX))
            try:
                opened[-1].connect(path)
            except OSError:
                time.sleep(0.01)
            if len(opened) > 50:  # more would be refused
                opened.pop(0).close()
        for each in opened:
            each.close()

    threads = [threading.Thread(target=come) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        assert own_node.stop() == 0
    finally:
        over.set()
        for thread in threads:
            thread.join(PATIENCE)
