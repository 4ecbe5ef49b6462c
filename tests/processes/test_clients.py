"""Clients that stall, use too much or leave: the node and its other clients continue."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import capnp
import pytest

from tests.processes.foreign import Client, rpc, run, schema
from tests.processes.node import Node, alive
from tests.processes.test_sockets import threads
from tests.waiting import wait_until

MakeNode = Callable[..., Node]
#: Anyone can spend it.
ANYONE = "raw(51)#8lvh9jxk"
#: The same with a witness of any size: a version of witness programs that is not in use.
ANYONE_WITH_WITNESS = "raw(52020102)"


@pytest.fixture
def serving(make_node: MakeNode) -> Node:
    """A node that others can connect to, with blocks enough for templates."""
    node = make_node("-ipcbind=unix", "-acceptnonstdtxn=1")
    node.rpc("generatetodescriptor", 20, ANYONE)
    return node


def compact_size(size: int) -> bytes:
    return struct.pack("<BI", 0xFE, size) if size > 0xFC else bytes([size])


def spend(txid: str, amount: int, witness: bytes = b"") -> str:
    """A transaction from the first output of another one that anyone can spend."""
    spent = bytes.fromhex(txid)[::-1] + struct.pack("<IBI", 0, 0, 0xFFFFFFFF)
    script = b"\x61" * 30 + b"\x51"  # long enough to be relayed
    output = struct.pack("<QB", amount, len(script)) + script
    body = b"\x01" + spent + b"\x01" + output
    if witness:
        body = b"\x00\x01" + body + b"\x01" + compact_size(len(witness)) + witness
    return (struct.pack("<I", 2) + body + struct.pack("<I", 0)).hex()


def fill_mempool(node: Node) -> None:
    """Have a transaction in the memory pool."""
    blocks = node.rpc("generatetodescriptor", 101, ANYONE)
    [coinbase] = node.rpc("getblock", blocks[0])["tx"]
    node.rpc("sendrawtransaction", spend(coinbase, 49 * 10**8), 0)


async def connect(node: Node, tree: Path) -> Client:
    return await Client.connect(node.folder / "node.sock", tree)


def test_a_client_that_stalls_while_it_is_told_the_mempool(
    serving: Node, bitcoin_tree: Path
) -> None:
    node = serving
    fill_mempool(node)
    chain = schema(bitcoin_tree, "ipc/interfaces/chain/chain.capnp")
    called, go_on = asyncio.Event(), asyncio.Event()

    class Stalling(chain.ChainNotifications.Server):  # type: ignore[name-defined, misc]
        async def transactionAddedToMempool(self, **_: Any) -> None:  # noqa: N802 (the schema's)
            called.set()
            await go_on.wait()

    async def test() -> None:
        client = await connect(node, bitcoin_tree)
        served = (await client.call(client.init, "makeChain")).result
        asking = asyncio.ensure_future(
            client.call(served, "requestMempoolTransactions", notifications=Stalling())
        )
        await called.wait()
        # What needs the locks of the chain and of the memory pool.
        assert await rpc(node, "getblockcount") == 121
        assert len(await rpc(node, "getrawmempool")) == 1
        await rpc(node, "generatetodescriptor", 1, ANYONE)
        assert not asking.done()
        go_on.set()
        await asking

    run(test)


def test_a_client_that_stalls_while_it_changes_a_setting(serving: Node, bitcoin_tree: Path) -> None:
    chain = schema(bitcoin_tree, "ipc/interfaces/chain/chain.capnp")
    called, go_on = asyncio.Event(), asyncio.Event()
    seen: list[str] = []

    class Stalling(chain.SettingsUpdate.Server):  # type: ignore[name-defined, misc]
        async def call(self, value: str, **_: Any) -> tuple[str, int, bool]:
            seen.append(value)
            called.set()
            await go_on.wait()
            return '["mine"]', 1, True

    async def test() -> None:
        client, other = [await connect(serving, bitcoin_tree) for _ in range(2)]
        served = (await client.call(client.init, "makeChain")).result
        changing = asyncio.ensure_future(
            client.call(served, "updateRwSetting", name="wallet", update=Stalling())
        )
        await called.wait()
        others = (await other.call(other.init, "makeChain")).result
        await other.call(others, "overwriteRwSetting", name="wallet", value='["other"]', action=1)
        assert await rpc(serving, "createwallet", "w")
        go_on.set()
        assert (await changing).result
        # The basis of its decision had changed: the node asked it again.
        assert seen == ["null", '["other"]']
        assert (await other.call(others, "getRwSetting", name="wallet")).result == '["mine"]'

    run(test)


def test_the_mock_time_of_a_stopped_wallet_process(node: Node) -> None:
    wallet = node.kill_wallet(signal.SIGSTOP)
    time = 2_000_000_000
    node.rpc("setmocktime", time)
    assert node.rpc("getblockcount") == 101
    node.rpc("generatetodescriptor", 1, ANYONE)
    os.kill(wallet, signal.SIGCONT)
    node.rpc("createwallet", "later")
    [*made] = node.rpc("listdescriptors", wallet="later")["descriptors"]
    assert {entry["timestamp"] for entry in made} == {time}


def test_a_wallet_process_that_falls_behind_is_left(node: Node) -> None:
    """What it has missed would leave a gap: the next one reads the blocks."""
    blocks = node.rpc("generatetodescriptor", 80, ANYONE_WITH_WITNESS)
    coinbases = [node.rpc("getblock", block)["tx"][0] for block in blocks]
    node.rpc("generatetodescriptor", 100, ANYONE)
    height = node.rpc("getwalletinfo")["lastprocessedblock"]["height"]
    assert height == node.rpc("getblockcount")
    wallet = node.kill_wallet(signal.SIGSTOP)
    for coinbase in coinbases:
        big = spend(coinbase, 10**8, bytes(3_900_000))
        node.rpc("generateblock", ANYONE, [big])
    wait_until(lambda: "A client does not read its notifications" in node.log, "the log")
    os.kill(wallet, signal.SIGCONT)
    wait_until(lambda: not alive(wallet), "the end of the wallet process")
    assert node.rpc("getwalletinfo")["lastprocessedblock"]["height"] == height + 80
    assert node.wallet_pid() != wallet
    assert node.stop() == 0


def test_clients_that_leave_end_their_waits(serving: Node, bitcoin_tree: Path) -> None:
    node = serving
    before = threads(node.pid)
    tip = bytes.fromhex(node.rpc("getbestblockhash"))[::-1]

    async def wait(kind: str) -> None:
        """Begin to wait, and leave."""
        client = await connect(node, bitcoin_tree)
        if kind == "rpc":
            served = (await client.call(client.init, "makeRpc")).result
            waiting = client.call(
                served,
                "executeRpc",
                request='{"method": "waitfornewblock", "params": []}',
                uri="/",
                user="",
            )
        else:
            served = (await client.call(client.init, "makeMining")).result
            if kind == "tip":
                waiting = client.call(served, "waitTipChanged", currentTip=tip)
            else:
                template = (await client.call(served, "createNewBlock", cooldown=False)).result
                waiting = client.call(template, "waitNext")
        call = asyncio.ensure_future(waiting)
        # The answer to a later call: by now the node waits.
        await client.thread()
        await client.thread()
        client.close()
        with pytest.raises(capnp.KjException):
            await call

    async def test() -> None:
        for kind in ("tip", "template", "rpc"):
            await asyncio.gather(*(wait(kind) for _ in range(20)))

    run(test)
    wait_until(lambda: threads(node.pid) <= before + 2, "the end of the threads")
    assert node.rpc("getblockcount") == 20


def test_others_go_on_waiting_when_a_client_leaves(serving: Node, bitcoin_tree: Path) -> None:
    node = serving
    tip = bytes.fromhex(node.rpc("getbestblockhash"))[::-1]

    async def test() -> None:
        leaving, staying = [await connect(node, bitcoin_tree) for _ in range(2)]
        waits = []
        for client in (leaving, staying):
            mining = (await client.call(client.init, "makeMining")).result
            call = client.call(mining, "waitTipChanged", currentTip=tip)
            waits.append(asyncio.ensure_future(call))
            await client.thread()
        http = asyncio.ensure_future(rpc(node, "waitfornewblock"))
        leaving.close()
        with pytest.raises(capnp.KjException):
            await waits[0]
        await asyncio.sleep(1)
        assert not waits[1].done()
        assert not http.done()
        [made] = await rpc(node, "generatetodescriptor", 1, ANYONE)
        assert bytes((await waits[1]).result.hash)[::-1].hex() == made
        assert (await http)["hash"] == made

    run(test)


def test_a_client_has_a_limit_of_threads(serving: Node, bitcoin_tree: Path) -> None:
    before = threads(serving.pid)

    async def test() -> None:
        client, other = [await connect(serving, bitcoin_tree) for _ in range(2)]
        kept = [await client.thread() for _ in range(256)]
        with pytest.raises(capnp.KjException, match="as many threads as are allowed"):
            await client.thread()
        assert (await other.call(other.init, "makeEcho")).result
        kept.pop()
        await asyncio.to_thread(wait_until, lambda: threads(serving.pid) < before + 258)
        assert await client.thread()

    run(test)
    wait_until(lambda: threads(serving.pid) <= before + 1, "the end of the threads")
