"""Wallets of a real wallet process that an asyncio program runs for a real node."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc import aio
from mpbitcoin.ipc._generated.chain.aio import Wallet
from mpbitcoin.ipc.types import CoinControl, Recipient
from mpbitcoin.ipc.wallets import AddressType, WalletFlag
from mpbitcoin.node.rpc import RpcError
from tests.ipc.conftest import FakeNode, Wallets, newest, stop
from tests.waiting import PATIENCE, wait_until

pytestmark = newest
#: Satoshis.
SOME = 100_000
#: A wallet process that reads calls, never answers, and ends with its connection.
SILENT = [
    sys.executable,
    "-c",
    "import os, sys\nwhile os.read(int(sys.argv[-1]), 4096): pass",
]


async def attach(own: Wallets) -> ipc.AsyncAttachedWallets:
    return await ipc.aattach_wallets(f"unix:{own.node.socket}", command=[own.program])


async def new_wallet(wallets: ipc.AsyncAttachedWallets, name: str) -> Wallet:
    return (await wallets.loader.create_wallet(name, b"", WalletFlag.DESCRIPTORS, [])).result


def sockets() -> set[str]:
    """Our sockets."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # that of the listing itself
            found.add(str(each.readlink()))
    return {name for name in found if name.startswith("socket:")}


@contextlib.contextmanager
def nothing_left() -> Iterator[None]:
    """The block leaves neither a process nor a connection."""
    before, children = sockets(), psutil.Process().children()
    yield
    assert psutil.Process().children() == children
    wait_until(lambda: sockets() <= before)  # a socket is closed a moment after its session


def test_a_wallet_receives_and_sends(own: Wallets) -> None:
    async def run() -> None:
        async with await attach(own) as wallets:
            wallet = await new_wallet(wallets, "w")
            address = await wallet.get_new_destination(AddressType.BECH32, "")
            paid = asyncio.Event()
            balances: list[int] = []
            told: list[str] = []

            async def on_transaction(txid: ipc.Txid, status: int) -> None:
                # The thread that waits for this has locked the wallet, and executes the call.
                balances.append((await wallet.get_balances()).immature_balance)
                paid.set()

            def on_status() -> None:
                told.append("status")
                paid.set()

            kept = [
                await wallet.handle_transaction_changed(on_transaction),
                await wallet.handle_status_changed(on_status),
            ]
            await asyncio.to_thread(own.pay, address, 1)
            await asyncio.wait_for(paid.wait(), PATIENCE)
            assert balances[0] > 0
            paid.clear()
            assert await wallet.encrypt_wallet(b"secret")
            await asyncio.wait_for(paid.wait(), PATIENCE)
            assert "status" in told
            assert await wallet.unlock(b"secret")
            for handler in kept:
                await handler.disconnect()

            await asyncio.to_thread(own.node.mine, 100)
            while not await wallet.get_balance():
                await asyncio.sleep(0.02)
            to = [Recipient(address, SOME)]
            made = await wallet.create_transaction(to, CoinControl(), True, None)
            await wallet.commit_transaction(made.tx, [], [])
            assert len(own.node.rpc("getrawmempool")) == 1

    asyncio.run(run())


def test_wallets_come_back(own: Wallets) -> None:
    async def run() -> None:
        with nothing_left():
            async with await attach(own) as first:
                await new_wallet(first, "back")
                assert await (await first.node.echo()).echo("on") == "on"
            assert (first.closed, first.process.returncode) == (True, 0)
            with pytest.raises(RpcError, match="There is no wallet process"):
                own.node.rpc("listwallets")
            async with await attach(own) as second:
                (wallet,) = await second.loader.get_wallets()
                assert await wallet.get_wallet_name() == "back"

    with ipc.connect(f"unix:{own.node.socket}"):  # the loop of connections has its descriptors
        asyncio.run(run())


def test_the_event_loop_goes_on(own: Wallets, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the process starts and ends, for which the loop itself must run here."""
    done: list[str] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()

        def only_if_the_loop_runs(name: str) -> Callable[..., Any]:
            work = getattr(aio, name)

            def wrapped(*given: Any) -> Any:
                runs = threading.Event()
                loop.call_soon_threadsafe(runs.set)
                assert runs.wait(PATIENCE)
                done.append(name)
                return work(*given)

            return wrapped

        for name in ("start_process", "end_process"):
            monkeypatch.setattr(aio, name, only_if_the_loop_runs(name))
        async with await attach(own) as wallets:
            assert await wallets.loader.get_wallets() == []

    asyncio.run(run())
    assert done == ["start_process", "end_process"]


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 13, 21, 34])
def test_cancelled_at_any_step_it_leaves_nothing(own: Wallets, steps: int) -> None:
    async def run() -> None:
        with nothing_left():
            attaching = asyncio.create_task(attach(own))
            for _ in range(steps):
                await asyncio.sleep(0 if steps < 4 else 0.005)
            attaching.cancel()
            attaching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await (await attaching).close()  # it was done already
        async with await attach(own) as wallets:
            assert await wallets.loader.get_wallets() == []

    with ipc.connect(f"unix:{own.node.socket}"):
        asyncio.run(run())


def test_cancelled_while_the_process_says_nothing(own: Wallets) -> None:
    async def run() -> None:
        with nothing_left():
            address = f"unix:{own.node.socket}"
            attaching = asyncio.create_task(ipc.aattach_wallets(address, command=SILENT))
            while not psutil.Process().children():
                await asyncio.sleep(0.02)
            done, _ = await asyncio.wait([attaching], timeout=0.5)
            assert not done
            attaching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await attaching
        async with await attach(own) as wallets:
            assert not wallets.closed

    with ipc.connect(f"unix:{own.node.socket}"):
        asyncio.run(run())


def test_a_killed_wallet_process_ends_calls_at_once(own: Wallets) -> None:
    async def run() -> None:
        async with await attach(own) as wallets:
            wallet = await new_wallet(wallets, "w")
            stop(wallets.process.pid)  # a call waits for its answer
            waiting = asyncio.create_task(wallet.get_balances())
            done, _ = await asyncio.wait([waiting], timeout=0.2)
            assert not done
            wallets.process.kill()
            with pytest.raises(ipc.Disconnected):
                await asyncio.wait_for(waiting, PATIENCE)
            assert wallets.closed
        assert own.node.rpc("getblockcount") == 0

    asyncio.run(run())


def test_a_killed_node_ends_the_wallets(own: Wallets) -> None:
    async def run() -> None:
        async with await attach(own) as wallets:
            wallet = await new_wallet(wallets, "w")
            own.node.kill()
            await asyncio.to_thread(wallets.process.wait, PATIENCE)
            with pytest.raises(ipc.Disconnected):
                await wallet.get_balance()
            assert wallets.closed

    asyncio.run(run())


def test_a_node_that_does_not_take_them(own: Wallets, fake_node: Callable[..., FakeNode]) -> None:
    async def run() -> None:
        async with await attach(own) as first:
            with nothing_left():
                with pytest.raises(ipc.RemoteError, match="already has a wallet process"):
                    await attach(own)
                with pytest.raises(ipc.MethodUnimplemented):
                    await ipc.aattach_wallets(other.address, command=[own.program])
            assert await first.loader.get_wallets() == []

    other = fake_node("30.99")
    asyncio.run(run())
