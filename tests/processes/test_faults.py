"""Processes that die or stall: the other one lives on, nothing is lost, nothing hangs."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mpbitcoin.node.rpc import RpcError
from tests.processes.node import Node, alive
from tests.waiting import wait_until

MakeNode = Callable[..., Node]


class Call(threading.Thread):
    """An RPC on a separate thread."""

    def __init__(self, node: Node, *words: Any) -> None:
        super().__init__()
        self.node, self.words = node, words
        self.result: Any = None
        self.error: Exception | None = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self.node.rpc(*self.words)
        except Exception as error:
            self.error = error


def test_an_idle_wallet_is_killed_and_comes_back_with_the_next_command(node: Node) -> None:
    first = node.kill_wallet()
    node.wait_for_end(first)
    assert node.rpc("getblockcount") == 101
    assert node.rpc("listwallets") == ["w"]
    assert node.rpc("getbalance") == 50
    assert node.wallet_pid() != first
    assert "was ended by signal 9" in node.log


def test_killed_before_the_node_starts_it(make_node: MakeNode) -> None:
    node = make_node(start=False)
    with node.waiting_to_start():
        first = node.kill_wallet()
        node.wait_for_end(first)
    node.wait_for_answer()
    assert node.rpc("listwallets") == []
    assert node.rpc("createwallet", "w")
    assert node.wallet_pid() != first
    assert node.stop() == 0


def test_killed_again_and_again(node: Node) -> None:
    for _ in range(5):
        node.wait_for_end(node.kill_wallet())
        assert node.rpc("getbalance") == 50
    assert node.stop() == 0


def test_the_node_asks_while_processes_change(node: Node) -> None:
    """A new process is not called before its wallets start, an old one until its calls return."""
    over = threading.Event()
    asked = 0

    def ask() -> None:
        nonlocal asked
        while not over.is_set():
            node.rpc("mockscheduler", 1)
            asked += 1

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(5):
            before = asked
            node.wait_for_end(node.kill_wallet())
            assert node.rpc("getbalance") == 50
            wait_until(lambda before=before: asked > before + 4, "calls")  # type: ignore[misc]
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert node.stop() == 0


def test_killed_while_it_sends(node: Node) -> None:
    """Whatever moment it hits: an answer or an error, and books that agree with the mempool."""
    address = node.rpc("getnewaddress")
    for delay in (0.0, 0.002, 0.005, 0.01, 0.02):
        call = Call(node, "sendtoaddress", address, 0.1)
        time.sleep(delay)
        node.kill_wallet()
        call.join(30)
        assert not call.is_alive()
        if call.error is not None:
            assert isinstance(call.error, RpcError)
            assert "wallet process" in str(call.error)
    sent = {t["txid"] for t in node.rpc("listtransactions", "*", 100) if t["category"] == "send"}
    assert set(node.rpc("getrawmempool")) <= sent


def test_killed_during_a_rescan(node: Node) -> None:
    address = node.rpc("getnewaddress")
    node.rpc("generatetoaddress", 400, address)
    call = Call(node, "rescanblockchain")
    time.sleep(0.05)
    node.kill_wallet()
    call.join(30)
    assert not call.is_alive()
    assert node.rpc("getblockcount") == 501
    assert node.rpc("rescanblockchain") == {"start_height": 0, "stop_height": 501}


def test_killed_during_shutdown(node: Node) -> None:
    wallet = node.wallet_pid()
    os.kill(node.pid, signal.SIGTERM)
    os.kill(wallet, signal.SIGKILL)
    assert node.wait() == 0
    node.start()
    assert node.rpc("getbalance") == 50


def test_the_wallet_ends_when_the_node_is_killed(node: Node) -> None:
    wallet = node.wallet_pid()
    os.kill(node.pid, signal.SIGKILL)
    node.wait()
    wait_until(lambda: not alive(wallet), "the end of the wallet")
    assert "terminate" not in (node.datadir / "stdout.log").read_text()
    node.start()
    assert node.rpc("listwallets") == ["w"]


def test_a_stopped_wallet_stops_nothing_else(node: Node) -> None:
    address = node.rpc("getnewaddress")
    wallet = node.kill_wallet(signal.SIGSTOP)
    # Mine blocks while notifications wait: more of them than fit into the validation queue.
    hashes = [node.rpc("generatetoaddress", 1, address)[0] for _ in range(30)]
    assert node.rpc("getblockcount") == 131
    assert node.rpc("getblock", hashes[-1])["height"] == 131
    call = Call(node, "getbalance")
    time.sleep(0.2)
    assert call.is_alive()
    os.kill(wallet, signal.SIGCONT)
    call.join(30)
    assert call.error is None
    assert node.rpc("getwalletinfo")["lastprocessedblock"]["height"] == 131


def test_a_stopped_wallet_can_be_given_up(node: Node) -> None:
    sent = re.compile(r"IPC client send #\d+ RpcActor\.call ")
    wallet, before = node.kill_wallet(signal.SIGSTOP), len(sent.findall(node.log))
    call = Call(node, "getbalance")
    wait_until(lambda: len(sent.findall(node.log)) > before, "the command to be sent")
    os.kill(wallet, signal.SIGKILL)
    started = time.monotonic()
    call.join(30)
    assert not call.is_alive()
    assert time.monotonic() - started < 30
    assert isinstance(call.error, RpcError)
    assert node.rpc("getbalance") == 50


def test_wallets_loaded_by_command_come_back(node: Node) -> None:
    node.rpc("createwallet", "other")
    node.rpc("unloadwallet", "w")
    node.wait_for_end(node.kill_wallet())
    assert node.rpc("listwallets") == ["other"]


def test_wallets_come_back_in_their_order(node: Node) -> None:
    for name in ("c", "a", "b"):
        node.rpc("createwallet", name)
    node.rpc("unloadwallet", "a")
    node.rpc("loadwallet", "a")
    expected = ["w", "c", "b", "a"]
    assert node.rpc("listwallets") == expected
    for _ in range(2):
        node.wait_for_end(node.kill_wallet())
        assert node.rpc("listwallets") == expected


@pytest.mark.parametrize("moment", ["before", "after"])
def test_blocks_made_without_a_wallet_are_found(node: Node, moment: str) -> None:
    address = node.rpc("getnewaddress")
    if moment == "before":
        node.rpc("generatetoaddress", 1, address)
    node.wait_for_end(node.kill_wallet())
    node.rpc("generatetoaddress", 3, address)
    height = node.rpc("getblockcount")
    assert node.rpc("getwalletinfo")["lastprocessedblock"]["height"] == height
