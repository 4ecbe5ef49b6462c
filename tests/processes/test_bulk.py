"""Answers read ahead or in bulk are the same as single answers."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import re
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest

from mpbitcoin.node.rpc import RpcError
from tests.processes.node import Node
from tests.waiting import wait_until

MakeNode = Callable[..., Node]
#: Anyone can spend it: no wallet of ours has it.
ELSEWHERE = "raw(51)#8lvh9jxk"
BLOCKS = 300


def pay_in_every_block(node: Node, blocks: int) -> None:
    """Mine blocks, each with a transaction to another address of wallet `w`."""
    for _ in range(blocks):
        node.rpc("generatetoaddress", 1, node.rpc("getnewaddress", wallet="w"))


def receiving(node: Node, wallet: str) -> list[dict[str, Any]]:
    """The request that imports the receiving descriptors of `wallet`, from the first block on."""
    return [
        {"desc": entry["desc"], "timestamp": 0, "range": [0, BLOCKS + 50]}
        for entry in node.rpc("listdescriptors", wallet=wallet)["descriptors"]
    ]


def watch(node: Node, name: str) -> str:
    """A new wallet that only watches."""
    node.rpc("createwallet", name, True, True)
    return name


def history(node: Node, wallet: str) -> set[tuple[str, str, int]]:
    """Transaction, block and height of all that a wallet knows as confirmed."""
    listed = node.rpc("listtransactions", "*", 100_000, 0, True, wallet=wallet)
    return {
        (entry["txid"], entry["blockhash"], entry["blockheight"])
        for entry in listed
        if entry["confirmations"] > 0
    }


@pytest.fixture(params=[(), ("-blockfilterindex=1",)], ids=["all blocks", "by filter"])
def long_chain(make_node: MakeNode, request: pytest.FixtureRequest) -> Node:
    """A node with a wallet `w` that has a transaction in each of the last blocks."""
    node = make_node("-keypool=50", *request.param)
    node.rpc("createwallet", "w")
    node.rpc("generatetodescriptor", 100, ELSEWHERE)
    pay_in_every_block(node, BLOCKS)
    return node


def test_a_rescan_finds_all(long_chain: Node) -> None:
    node = long_chain
    wallet = watch(node, "watch")
    [*results] = node.rpc("importdescriptors", receiving(node, "w"), wallet=wallet)
    assert all(result["success"] for result in results)
    assert history(node, wallet) == history(node, "w")
    assert len(history(node, wallet)) == BLOCKS
    balances = [node.rpc("getbalances", wallet=name)["mine"] for name in (wallet, "w")]
    assert balances[0]["trusted"] == balances[1]["trusted"]
    assert node.rpc("rescanblockchain", 50, 150, wallet=wallet) == {
        "start_height": 50,
        "stop_height": 150,
    }


def test_a_reorganisation_during_a_rescan(long_chain: Node) -> None:
    """The wallet process is stopped with blocks read ahead that are in the chain no more."""
    node = long_chain
    wallet = watch(node, "watch")
    requests = receiving(node, "w")
    for depth in (5, 40, 200):
        node.rpc("importdescriptors", [requests[0] | {"timestamp": "now"}], wallet=wallet)
        errors: list[RpcError] = []

        def scan(errors: list[RpcError] = errors) -> None:
            try:
                node.rpc("importdescriptors", requests, wallet=wallet)
            except RpcError as error:  # the chain changed under it: as in one process
                errors.append(error)

        scanning = threading.Thread(target=scan)
        scanning.start()
        wait_until(lambda: node.rpc("getwalletinfo", wallet=wallet)["scanning"], "a rescan")
        process = node.kill_wallet(signal.SIGSTOP)
        height = node.rpc("getblockcount")
        node.rpc("invalidateblock", node.rpc("getblockhash", height - depth))
        node.rpc("generatetodescriptor", depth + 2, ELSEWHERE)
        os.kill(process, signal.SIGCONT)
        scanning.join()
        tip = node.rpc("getbestblockhash")
        info = node.rpc("getwalletinfo", wallet=wallet)
        assert info["lastprocessedblock"]["hash"] == tip
        for _, block, number in history(node, wallet):
            assert node.rpc("getblockhash", number) == block
    node.rpc("rescanblockchain", wallet=wallet)
    assert history(node, wallet) == history(node, "w")


def test_pruned_blocks_are_missed_as_ever(make_node: MakeNode) -> None:
    node = make_node("-prune=1", "-fastprune", "-keypool=10")
    node.rpc("createwallet", "w")
    node.rpc("generatetoaddress", 1, node.rpc("getnewaddress", wallet="w"))
    node.rpc("generatetodescriptor", 800, ELSEWHERE)
    pruned = node.rpc("pruneblockchain", 400)
    assert pruned > 1
    wallet = watch(node, "watch")
    with pytest.raises(RpcError, match="pruned"):
        node.rpc("rescanblockchain", 0, wallet=wallet)
    found = node.rpc("rescanblockchain", pruned + 1, wallet=wallet)
    assert found["stop_height"] == 801
    [result, *_] = node.rpc("importdescriptors", receiving(node, "w")[:1], wallet=wallet)
    assert not result["success"]
    assert "prun" in result["error"]["message"]


def test_the_memory_pool_is_seen_by_a_wallet_that_comes_later(node: Node) -> None:
    addresses = [node.rpc("getnewaddress") for _ in range(20)]
    sent = [node.rpc("sendtoaddress", address, 0.01) for address in addresses]
    wallet = watch(node, "later")
    node.rpc("importdescriptors", receiving(node, "w"), wallet=wallet)
    for txid in sent:
        assert node.rpc("gettransaction", txid, wallet=wallet)["confirmations"] == 0


def test_a_command_asks_for_fees_once(node: Node) -> None:
    address = node.rpc("getnewaddress")
    node.rpc("sendtoaddress", address, 1)
    before = len(node.log)
    # With and without change: coins are selected twice.
    node.rpc("sendtoaddress", address, 1)
    asked = re.findall(r"client send #\d+ (Chain\.\w+)", node.log[before:])
    for question in ("mempoolMinFee", "calculateIndividualBumpFees"):
        assert asked.count(f"Chain.{question}") == 1, asked
    # For what is to be paid, and for what coins will cost in the long run.
    assert asked.count("Chain.estimateSmartFee") == 2, asked
    # What coins cost together follows from what each costs, as long as that is nothing.
    assert "Chain.calculateCombinedBumpFee" not in asked
    node.rpc("generatetoaddress", 1, address)
    # The next command asks again.
    before = len(node.log)
    node.rpc("sendtoaddress", address, 1)
    assert "Chain.mempoolMinFee" in node.log[before:]


def test_each_wallet_gets_each_block_until_it_is_unloaded(node: Node) -> None:
    names = ["a", "b", "c"]
    for name in names:
        node.rpc("createwallet", name)

    def heights() -> list[int]:
        loaded = node.rpc("listwallets")
        return [
            node.rpc("getwalletinfo", wallet=name)["lastprocessedblock"]["height"]
            for name in loaded
        ]

    node.rpc("generatetoaddress", 3, node.rpc("getnewaddress", wallet="a"))
    assert heights() == [104] * 4
    node.rpc("unloadwallet", "b")
    node.rpc("generatetoaddress", 3, node.rpc("getnewaddress", wallet="a"))
    assert heights() == [107] * 3
    node.rpc("loadwallet", "b")
    assert heights() == [107] * 4


def test_a_block_is_seen_by_the_next_command(node: Node) -> None:
    for number in range(50):
        [block] = node.rpc("generatetodescriptor", 1, ELSEWHERE)
        info = node.rpc("getwalletinfo", wallet="w")
        assert info["lastprocessedblock"] == {"hash": block, "height": 102 + number}


def test_a_transaction_is_seen_by_the_next_command(node: Node) -> None:
    node.rpc("createwallet", "other")
    for _ in range(20):
        address = node.rpc("getnewaddress", wallet="other")
        txid = node.rpc("sendtoaddress", address, 0.01, wallet="w")
        # What the node's own queue still has no wallet has seen, inside the node neither.
        node.rpc("syncwithvalidationinterfacequeue")
        assert node.rpc("gettransaction", txid, wallet="other")["confirmations"] == 0


def test_answers_are_handed_on_as_they_were_written(node: Node) -> None:
    cookie = (node.folder / ".cookie").read_bytes()
    call = b'{"method": "%s", "params": [], "id": 7}'
    requests = b"[%s, %s]" % (call % b"getbalances", call % b"getblockcount")
    connection = http.client.HTTPConnection("127.0.0.1", node.port)
    with contextlib.closing(connection):
        header = {"Authorization": "Basic " + base64.b64encode(cookie).decode()}
        connection.request("POST", "/wallet/w", requests, header)
        text = connection.getresponse().read()
    assert b'"trusted":50.00000000' in text
    assert b'},"error":null,"id":7}' in text
    assert b'{"result":101,"error":null,"id":7}' in text
    # An answer may be nothing.
    assert node.rpc("lockunspent", True) is True
    assert node.rpc("keypoolrefill") is None
