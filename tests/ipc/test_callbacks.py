"""Objects of ours that the other process calls."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc.handlers import ChainNotificationsHandler
from mpbitcoin.ipc.types import (
    BlockInfo,
    ChainstateRole,
    SettingsUpdateCallResult,
)
from tests.ipc.conftest import FakeNode, RealNode, generate, newest, rpc
from tests.waiting import wait_until

Fake = Callable[..., FakeNode]
pytestmark = newest


class Recorder(ChainNotificationsHandler):
    """Keeps the heights of the blocks; `wanted` of them, and the tip, set `done`."""

    def __init__(self, wanted: int) -> None:
        self.heights: list[int] = []
        self.wanted = wanted
        self.done = threading.Event()
        self.running = 0

    def block_connected(self, role: ChainstateRole, block: BlockInfo) -> None:
        self.running += 1
        assert self.running == 1, "an object's calls come one after the other"
        assert isinstance(block.data, memoryview)
        time.sleep(0.001)
        self.heights.append(block.height)
        self.running -= 1

    def updated_block_tip(self) -> None:
        if len(self.heights) >= self.wanted:
            self.done.set()


def test_notifications_of_a_real_node(node: RealNode) -> None:
    with node.connect() as session:
        chain = session.chain
        before = chain.get_height()
        assert before is not None
        recorder = Recorder(5)
        handler = chain.handle_notifications(recorder)
        generate(session, 5)
        assert recorder.done.wait(60)
        assert recorder.heights == list(range(before + 1, before + 6))
        handler.disconnect()
        handler.close()
        generate(session, 1)
        chain.wait_for_notifications()
        assert len(recorder.heights) == 5


def test_a_node_calls_back_during_a_call(node: RealNode) -> None:
    class Listener(ChainNotificationsHandler):
        def __init__(self) -> None:
            self.told: list[bytes] = []
            self.threads: set[threading.Thread] = set()

        def transaction_added_to_mempool(self, tx: bytes) -> None:
            self.told.append(tx)
            self.threads.add(threading.current_thread())

    with node.connect() as session:
        generate(session, 101)
        height = session.chain.get_height()
        assert height is not None
        block = rpc(session, "getblock", str(session.chain.get_block_hash(height - 100)))
        assert isinstance(block, dict)
        made = rpc(
            session,
            "createrawtransaction",
            [{"txid": block["tx"][0], "vout": 0}],
            [{"data": "00" * 40}],
        )
        rpc(session, "sendrawtransaction", made, 0, 0)
        listener = Listener()
        for _ in range(50):
            session.chain.request_mempool_transactions(listener)
        assert {tx.hex() for tx in listener.told} == {made}
        assert len(listener.told) == 50
        # Threads are kept between calls: starting one takes longer than a call.
        assert len(listener.threads) <= 3
        generate(session, 1)


def test_the_chain_answers_questions(node: RealNode) -> None:
    from mpbitcoin.ipc.types import FoundBlockRequest

    with node.connect() as session:
        chain = session.chain
        height = chain.get_height()
        assert height is not None
        tip = chain.get_block_hash(height)
        found = chain.find_block(
            tip, FoundBlockRequest(want_height=True, want_hash=True, want_data=True)
        )
        assert found.result
        assert found.block is not None
        assert (found.block.height, found.block.hash) == (height, tip)
        assert len(found.block.data) > 80
        assert str(tip) == str(session.mining.get_tip().hash)  # type: ignore[union-attr]


@pytest.mark.parametrize("count", [100])
def test_notifications_in_order_with_back_pressure(fake_node: Fake, count: int) -> None:
    with ipc.connect(fake_node().address) as session:
        recorder = Recorder(count)
        handler = session.chain.handle_notifications(recorder)
        assert recorder.done.wait(60)
        assert recorder.heights == list(range(count))
        del handler


def test_a_handler_of_notifications_that_fails_ends_its_connection(node: RealNode) -> None:
    """A refused notification would be a gap that later ones do not show."""

    class Failing(ChainNotificationsHandler):
        def block_connected(self, role: ChainstateRole, block: BlockInfo) -> None:
            raise ValueError("failed")

    with node.connect() as session, node.connect() as other:
        handler, chain = session.chain.handle_notifications(Failing()), session.chain
        generate(other, 1)

        def closed() -> bool:
            try:
                chain.get_height()
            except ipc.Disconnected:
                return True
            return False

        wait_until(closed, "the end of the connection")
        assert other.chain.get_height()
        del handler


def test_async_handlers(fake_node: Fake) -> None:
    class Handler:
        def __init__(self) -> None:
            self.heights: list[int] = []
            self.done = asyncio.Event()

        async def block_connected(self, role: ChainstateRole, block: BlockInfo) -> None:
            await asyncio.sleep(0)
            self.heights.append(block.height)

        def updated_block_tip(self) -> None:
            self.done.set()

    async def run() -> list[int]:
        async with await ipc.aconnect(fake_node().address) as session:
            handler = Handler()
            kept = await (await session.chain()).handle_notifications(handler)  # type: ignore[arg-type]
            await asyncio.wait_for(handler.done.wait(), 60)
            await kept.disconnect()
            return handler.heights

    assert asyncio.run(run()) == list(range(100))


def test_a_function_is_called_back_with_results(fake_node: Fake) -> None:
    with ipc.connect(fake_node().address) as session:
        given: list[str] = []

        def update(value: str) -> SettingsUpdateCallResult:
            given.append(value)
            # A call from a handler of the same connection does not block it.
            assert session.echo.echo("nested") == "nested"
            return SettingsUpdateCallResult('"changed"', 1)

        assert session.chain.update_rw_setting("name", update)
        assert given == ['"name"']


def test_an_exception_of_a_handler_reaches_the_caller(fake_node: Fake) -> None:
    def update(value: str) -> SettingsUpdateCallResult:
        raise ValueError(f"not {value}")

    with ipc.connect(fake_node().address) as session:
        with pytest.raises(ipc.RemoteError, match=r"ValueError: not"):
            session.chain.update_rw_setting("name", update)
        assert session.echo.echo("on") == "on"
