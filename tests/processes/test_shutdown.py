"""The end of a node whose wallet process does not answer, and of one that is still starting."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import capnp
import pytest

from mpbitcoin.node.rpc import NoAnswer, RpcError
from tests.processes.foreign import OFFERED, Client, rpc, run, schema
from tests.processes.node import Node, alive
from tests.processes.substitute import substitute
from tests.processes.test_attach import ATTACH, Join, join, serves
from tests.processes.test_faults import Call
from tests.waiting import PATIENCE, wait_until

MakeNode = Callable[..., Node]
__all__ = ["join"]


def killed(pid: int) -> str:
    """The log lines about a process that is given up."""
    return f"pid {pid}, does not answer and is killed"


def test_a_stopped_wallet_process_does_not_keep_the_node(node: Node) -> None:
    wallet = node.kill_wallet(signal.SIGSTOP)
    assert node.stop() == 0
    assert killed(wallet) in node.log
    assert not alive(wallet)
    node.start()
    assert node.rpc("getbalance") == 50


def test_neither_does_one_that_is_to_answer_a_command(node: Node) -> None:
    sent = "IPC client send"
    wallet, before = node.kill_wallet(signal.SIGSTOP), node.log.count(sent)
    calls = [Call(node, "getbalance") for _ in range(3)]
    wait_until(lambda: node.log.count(sent) >= before + 3, "the calls")
    os.kill(node.pid, signal.SIGTERM)
    assert node.wait() == 0
    for call in calls:
        call.join(PATIENCE)
        assert isinstance(call.error, RpcError | NoAnswer)
    assert killed(wallet) in node.log


def test_a_stopped_wallet_process_leaves_a_thread_to_other_commands(node: Node) -> None:
    """Also when more commands wait for it than RPC has threads: `stop` needs one."""
    wallet = node.kill_wallet(signal.SIGSTOP)
    calls = [Call(node, "getbalance") for _ in range(20)]
    refused = "The wallet process does not answer: 15 commands wait for it."
    wait_until(lambda: sum(refused in str(call.error) for call in calls) == 5, "the refusals")
    assert node.rpc("getblockcount") == 101
    assert node.stop() == 0
    for call in calls:
        call.join(PATIENCE)
        assert isinstance(call.error, RpcError | NoAnswer)
    assert killed(wallet) in node.log


def test_neither_does_one_that_has_joined(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    process = serves(join(node))
    node.rpc("createwallet", "w")
    process.send_signal(signal.SIGSTOP)
    assert node.stop() == 0
    process.send_signal(signal.SIGCONT)
    assert process.wait(PATIENCE) == 0


def test_neither_does_one_that_is_joining(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    process = join(node)
    wait_until(lambda: "A wallet process joins" in node.log, "the process")
    process.send_signal(signal.SIGSTOP)
    assert node.stop() == 0
    process.send_signal(signal.SIGCONT)
    process.wait(PATIENCE)


def test_a_client_that_joins_as_a_wallet_and_does_not_answer(
    make_node: MakeNode, join: Join, bitcoin_tree: Path
) -> None:
    node = make_node(*ATTACH)
    process = schema(bitcoin_tree, OFFERED).WalletProcess
    asked = asyncio.Event()

    class Silent(process.Server):  # type: ignore[name-defined, misc]
        async def start(self, **_: object) -> None:
            asked.set()
            await asyncio.Event().wait()

    async def test() -> None:
        client = await Client.connect(node.folder / "node.sock", bitcoin_tree)
        joining = asyncio.ensure_future(client.call(client.init, "attachWallet", process=Silent()))
        await asked.wait()
        await asyncio.to_thread(serves, join(node))
        with pytest.raises(capnp.KjException):
            await joining

    run(test)
    node.rpc("createwallet", "w")
    assert node.stop() == 0


def test_a_client_that_joins_as_a_wallet_and_stays(make_node: MakeNode, bitcoin_tree: Path) -> None:
    """Objects are destroyed before those that they use, even if its wallets never existed."""
    node = make_node(*ATTACH)
    notifications = schema(bitcoin_tree, "ipc/interfaces/chain/chain.capnp").ChainNotifications
    process = schema(bitcoin_tree, OFFERED).WalletProcess

    class Receiver(notifications.Server):  # type: ignore[name-defined, misc]
        pass

    class Wallets(process.Server):  # type: ignore[name-defined, misc]
        pass

    async def test() -> None:
        client = await Client.connect(node.folder / "node.sock", bitcoin_tree)
        thread = await client.thread()
        chain = (await client.call(client.init, "makeChain", thread)).result
        held = [
            await client.call(chain, "handleNotifications", thread, notifications=Receiver())
            for _ in range(100)
        ]
        with contextlib.suppress(capnp.KjException):
            await client.call(client.init, "attachWallet", thread, process=Wallets())
        await rpc(node, "stop")
        assert await asyncio.to_thread(node.wait) == 0
        held.clear()

    for _ in range(8):
        run(test)
        node.start()


def starting(node: Node, *options: str) -> tuple[subprocess.Popen[bytes], int]:
    """A starting node that waits for its wallet process, which stops itself; and that process."""
    started = node.datadir / "wallet"
    keep = f"echo $$ > {started}.new && mv {started}.new {started}"
    with substitute(node, f"#!/bin/sh\n{keep}\nkill -STOP $$\n"):
        process = node.launch(*options)
    wait_until(started.exists, "the wallet process")
    return process, int(started.read_text())


def test_a_node_that_is_starting_ends_too(make_node: MakeNode) -> None:
    node = make_node(start=False)
    process, wallet = starting(node)
    process.terminate()
    process.wait(PATIENCE)
    assert killed(wallet) in node.log
    assert "Shutdown done" in node.log
    assert not alive(wallet)
    node.start()
    assert node.stop() == 0


def test_a_node_ends_that_reindexes(make_node: MakeNode) -> None:
    """Its main thread waits for the first block, which does not come any more."""
    node = make_node("-disablewallet", "-reindex")
    node.rpc("generatetodescriptor", 120, "raw(51)")
    begun = "initload thread start"
    for _ in range(20):
        assert node.stop() == 0
        before = node.log.count(begun)
        process = node.launch()
        wait_until(lambda before=before: node.log.count(begun) > before, begun)  # type: ignore[misc]
        process.terminate()
        assert process.wait(PATIENCE) == 0
        node.start()


def test_daemonwait_fails_when_the_node_dies_while_it_starts(make_node: MakeNode) -> None:
    node = make_node(start=False)
    process, wallet = starting(node, "-daemonwait")
    try:
        daemon = int((node.folder / "bitcoind.pid").read_text())
        assert daemon != process.pid
        os.kill(daemon, signal.SIGKILL)
        assert process.wait(PATIENCE) == 1
        said = (node.datadir / "stdout.log").read_text()
        assert "Error: the node died while it was starting, see debug.log" in said
    finally:
        os.kill(wallet, signal.SIGKILL)


def test_daemonwait_succeeds_when_the_node_has_started(make_node: MakeNode) -> None:
    node = make_node(start=False)
    done = subprocess.run([*node.command(), "-daemonwait"], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    pid = int((node.folder / "bitcoind.pid").read_text())
    assert node.rpc("getblockcount") == 0
    node.rpc("stop")
    wait_until(lambda: not alive(pid), "the node's end")
