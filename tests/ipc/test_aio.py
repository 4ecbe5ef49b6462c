"""Calls of a real node, awaited."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from mpbitcoin import ipc
from tests.ipc.conftest import RealNode, newest


def with_node(node: RealNode, test: Callable[[ipc.AsyncSession], Awaitable[None]]) -> None:
    async def run() -> None:
        async with await node.aconnect() as session:
            await test(session)

    asyncio.run(run())


def test_many_calls_in_flight_need_no_threads(node: RealNode) -> None:
    async def test(session: ipc.AsyncSession) -> None:
        echo = await session.echo()
        threads = threading.active_count()
        texts = [f"{number}" for number in range(500)]
        assert await asyncio.gather(*(echo.echo(text) for text in texts)) == texts
        assert threading.active_count() == threads

    with_node(node, test)


def test_cancelling_reaches_the_node(node: RealNode) -> None:
    async def test(session: ipc.AsyncSession) -> None:
        mining = await session.mining()
        tip = await mining.get_tip()
        assert tip is not None
        waiting = asyncio.create_task(mining.wait_tip_changed(tip.hash))
        await asyncio.sleep(0.1)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        with pytest.raises(ipc.CallTimeout):
            await mining.within(0.1).wait_tip_changed(tip.hash)
        assert await (await session.echo()).echo("on") == "on"

    with_node(node, test)


def test_a_template_is_closed_by_its_context(node: RealNode) -> None:
    async def test(session: ipc.AsyncSession) -> None:
        template = await (await session.mining()).create_new_block(cooldown=False)
        assert template is not None
        async with template:
            assert len(await template.get_block_header()) == 80

    with_node(node, test)


@newest
def test_closing_ends_what_is_awaited(node: RealNode) -> None:
    async def run() -> None:
        async with await node.aconnect() as session:
            mining = await session.mining()
            tip = await mining.get_tip()
            assert tip is not None
            waiting = asyncio.create_task(mining.wait_tip_changed(tip.hash))
            await asyncio.sleep(0.1)
        with pytest.raises(ipc.Disconnected):
            await waiting

    asyncio.run(run())


def test_spawned_process(executable: object) -> None:
    async def run() -> None:
        async with await ipc.aspawn([str(executable)]) as session:
            assert await (await session.echo()).echo("pair") == "pair"

    asyncio.run(run())
