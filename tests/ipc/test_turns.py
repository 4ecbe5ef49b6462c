"""A calling thread runs the event loop itself: other threads during and after its call."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc.handlers import ChainNotificationsHandler
from tests.ipc.conftest import WAITING, Python, RealNode, generate, in_threads, newest

#: Longer than threads that post are taken to crowd each other: the next call has a turn.
ALONE = 0.02


@contextlib.contextmanager
def waiting_call(session: ipc.Session) -> Iterator[list[BaseException | None]]:
    """A thread that runs the loop, for its call waits for the next tip; how the call ended."""
    mining = session.mining
    tip = mining.get_tip()
    assert tip is not None
    ends: list[BaseException | None] = []

    def wait() -> None:
        try:
            mining.wait_tip_changed(tip.hash)
            ends.append(None)
        except ipc.IpcError as error:
            ends.append(error)

    time.sleep(ALONE)
    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(5 * ALONE)
    yield ends
    thread.join(60)
    assert not thread.is_alive()


def test_others_call_while_one_runs_the_loop(node: RealNode) -> None:
    with node.connect() as session:
        echo = session.echo
        with waiting_call(session) as ends:
            for turn in range(200):
                assert echo.echo(f"{turn}") == f"{turn}"
            with pytest.raises(ipc.CallTimeout):
                session.mining.within(0.05).wait_tip_changed(session.mining.get_tip().hash)  # type: ignore[union-attr]
            assert ends == []
            generate(session, 1)
        assert ends == [None]


def test_awaited_calls_while_one_runs_the_loop(node: RealNode) -> None:
    async def call(session: ipc.AsyncSession) -> None:
        echo = await session.echo()
        texts = [f"{number}" for number in range(200)]
        assert await asyncio.gather(*(echo.echo(text) for text in texts)) == texts
        mining = await session.mining()
        tip = await mining.get_tip()
        assert tip is not None
        waiting = asyncio.create_task(mining.wait_tip_changed(tip.hash))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    async def run() -> None:
        async with await node.aconnect() as session:
            await call(session)

    with node.connect() as session:
        with waiting_call(session) as ends:
            asyncio.run(run())
            assert ends == []
            generate(session, 1)
        assert ends == [None]


@newest
def test_closing_ends_the_call_that_runs_the_loop(node: RealNode) -> None:
    session = node.connect()
    with waiting_call(session) as ends:
        session.close()
    assert [type(end) for end in ends] == [ipc.Disconnected]


@newest
def test_notifications_come_during_and_after_a_turn(node: RealNode) -> None:
    class Heights(ChainNotificationsHandler):
        def __init__(self) -> None:
            self.seen = threading.Semaphore(0)

        def updated_block_tip(self) -> None:
            self.seen.release()

    with node.connect() as session, node.connect() as other:
        heights = Heights()
        handler = session.chain.handle_notifications(heights)
        with waiting_call(session):
            generate(other, 1)
            assert heights.seen.acquire(timeout=10)
        for _ in range(5):
            time.sleep(ALONE)
            # The answer comes first, or not: what comes after the turn must not wait for another.
            generate(other, 1)
            assert heights.seen.acquire(timeout=10)
        handler.disconnect()


def test_a_turn_ends_in_time(session: ipc.Session) -> None:
    tip = session.mining.get_tip()
    assert tip is not None
    for seconds in (0.03, 0.25):
        time.sleep(ALONE)
        started = time.monotonic()
        with pytest.raises(ipc.CallTimeout):
            session.mining.within(seconds).wait_tip_changed(tip.hash)
        assert seconds <= time.monotonic() - started < 20
    assert session.echo.echo("on") == "on"


def test_turns_are_handed_over(node: RealNode) -> None:
    with node.connect() as session, node.connect() as other:
        wrong: list[str] = []

        def work(number: int) -> None:
            echo = (session if number % 2 else other).echo
            for turn in range(625):
                text = f"{number} {turn}"
                if (answer := echo.echo(text)) != text:
                    wrong.append(answer)
                if turn % 100 == number:
                    time.sleep(0.01)

        in_threads(work, 16)
        assert wrong == []


@newest
def test_the_interpreter_ends_while_a_thread_runs_the_loop(node: RealNode, python: Python) -> None:
    done = python(
        WAITING.format(address=node.address) + "time.sleep(0.02)\n"
        "threading.Thread(target=wait, daemon=True).start()\n"
        "time.sleep(0.1)\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
