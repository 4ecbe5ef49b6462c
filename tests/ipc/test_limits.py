"""Messages that are too large, too deep or too many: their calls fail, the session lives."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc.handlers import ChainNotificationsHandler
from mpbitcoin.ipc.limits import MOST_NESTING
from mpbitcoin.ipc.types import SettingsUpdateCallResult
from tests.ipc.conftest import FakeNode, RealNode, newest
from tests.ipc.test_schema_files import FILE, HERE, address
from tests.waiting import PATIENCE

__all__ = ["address"]  # a fixture

MIB = 2**20


@newest
def test_too_many_calls_and_too_big_ones_are_refused(node: RealNode) -> None:
    with node.connect(limits=ipc.Limits(message=100_000, calls=1)) as session:
        with pytest.raises(ipc.LimitExceeded, match="bytes"):
            session.echo.echo("x" * 200_000)
        echo, mining = session.echo, session.mining
        tip = mining.get_tip()
        assert tip is not None

        def wait() -> None:
            with contextlib.suppress(ipc.Disconnected):
                mining.wait_tip_changed(tip.hash)

        waiter = threading.Thread(target=wait)
        waiter.start()
        time.sleep(0.3)
        with pytest.raises(ipc.LimitExceeded, match="calls"):
            echo.echo("x")
    waiter.join(60)
    assert not waiter.is_alive()


def test_what_is_nested_too_deep_fails_its_call_alone(node: RealNode) -> None:
    # A level less, and the connection's own messages could not be read.
    with node.connect(limits=ipc.Limits(nesting=5)) as session:
        with pytest.raises(ipc.LimitExceeded, match="nested"):
            session.mining.within(20).get_tip()
        assert session.echo.echo("on") == "on"


def test_a_request_that_the_node_would_not_take_is_not_sent(session: ipc.Session) -> None:
    echo = session.echo
    for size in (64 * MIB - 1000, 64 * MIB, 65 * MIB, 200 * MIB):
        with pytest.raises(ipc.LimitExceeded, match="bytes, the limit is 67108864") as caught:
            echo.echo("x" * size)
        assert "64 MiB" in caught.value.hint
    largest = "x" * (64 * MIB - 2000)
    assert echo.echo(largest) == largest
    assert echo.echo("on") == "on"


def test_a_message_is_counted_once(node: RealNode) -> None:
    with node.connect(limits=ipc.Limits(message=20_000)) as session:
        for size in (9_000, 12_000, 18_000):
            assert session.echo.echo("x" * size) == "x" * size


@pytest.mark.parametrize("limit", [3000, 100_000, 900_000])
def test_an_answer_that_is_too_large_fails_its_call_alone(
    fake_node: Callable[..., FakeNode], limit: int
) -> None:
    with ipc.connect(fake_node().address, limits=ipc.Limits(message=limit)) as session:
        echo, template = session.echo, session.mining.create_new_block()
        assert template is not None
        for _ in range(3):
            with pytest.raises(ipc.LimitExceeded, match=f"bytes, the limit is {limit}") as caught:
                template.within(PATIENCE).get_block()
            assert "Limits" in caught.value.hint
            assert echo.echo("x" * 1000) == "x" * 1000


def test_a_call_of_ours_that_is_too_large_fails_alone(
    fake_node: Callable[..., FakeNode],
) -> None:
    class Blocks(ChainNotificationsHandler):
        def __init__(self) -> None:
            self.refusals: list[str] = []
            self.done = threading.Event()

        def transaction_added_to_mempool(self, tx: bytes) -> None:
            self.refusals.append(tx.decode())

        def updated_block_tip(self) -> None:
            self.done.set()

    with ipc.connect(fake_node().address, limits=ipc.Limits(message=100_000)) as session:
        blocks = Blocks()
        handler = session.chain.handle_notifications(blocks)
        assert blocks.done.wait(PATIENCE)
        assert len(blocks.refusals) == 100
        assert all("larger than the client accepts" in text for text in blocks.refusals)
        assert session.echo.echo("on") == "on"
        del handler


def test_the_deepest_messages_fit_the_stack_of_a_thread(address: str) -> None:
    """By the largest limit that there may be, on a thread with a small stack."""
    opened: list[int] = []

    def call() -> None:
        with ipc.connect(address, limits=ipc.Limits(nesting=MOST_NESTING)) as session:
            greeter = session.load(HERE, FILE, "Greeter")
            box: dict[str, Any] = {}
            for _ in range((MOST_NESTING - 1) // 2):
                box = {"boxes": [box]}
            greeter.open(box)
            with pytest.raises(ipc.LimitExceeded):
                greeter.open({"boxes": [box]})
            opened.append(greeter.count())

    before = threading.stack_size(512 * 1024)
    caller = threading.Thread(target=call)
    caller.start()
    threading.stack_size(before)
    caller.join(PATIENCE)
    assert opened == [1]


def test_an_answer_of_ours_that_is_too_large_fails_alone(
    fake_node: Callable[..., FakeNode],
) -> None:
    with ipc.connect(fake_node().address, limits=ipc.Limits(sent=100_000)) as session:
        chain = session.chain
        with pytest.raises(ipc.RemoteError, match="LimitExceeded"):
            chain.update_rw_setting("x", lambda _: SettingsUpdateCallResult("x" * 100_000, 1))
        assert session.echo.echo("on") == "on"
