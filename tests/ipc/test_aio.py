"""Calls of a real node, awaited."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc.address import try_connect
from tests.ipc.conftest import Python, RealNode, newest
from tests.waiting import PATIENCE


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


@newest
def test_a_closed_session_says_so(node: RealNode) -> None:
    async def run() -> None:
        async with await node.aconnect() as session:
            echo = await session.echo()
            # Includes calls that were made but did not wait yet when it closed.
            late = asyncio.create_task(echo.echo("late"))
            await asyncio.sleep(0)
        with contextlib.suppress(ipc.Disconnected):
            assert await asyncio.wait_for(late, PATIENCE) == "late"
        with pytest.raises(ipc.Disconnected, match="was closed"):
            await asyncio.wait_for(echo.echo("x"), PATIENCE)
        await session.close()

    asyncio.run(run())


def test_a_session_is_of_one_event_loop(node: RealNode) -> None:
    async def make() -> tuple[ipc.AsyncSession, Any]:
        session = await node.aconnect()
        return session, await session.echo()

    async def use_and_close() -> None:
        with pytest.raises(ipc.IpcError, match="belongs to another event loop"):
            await echo.echo("x")
        await asyncio.wait_for(session.close(), PATIENCE)
        assert session.closed

    session, echo = asyncio.run(make())
    asyncio.run(use_and_close())


def test_a_fork_is_noticed(node: RealNode, python: Python) -> None:
    done = python(
        "import asyncio, os, sys\n"
        "from mpbitcoin import ipc\n"
        "async def child(session, echo):\n"
        "    try:\n"
        "        await echo.echo('x')\n"
        "    except ipc.IpcError as error:\n"
        "        print(error)\n"
        "    await session.close()\n"
        f"    async with await ipc.aconnect({node.address!r}) as own:\n"
        "        print(await (await own.echo()).echo('child'), flush=True)\n"
        "async def main():\n"
        f"    async with await ipc.aconnect({node.address!r}) as session:\n"
        "        echo = await session.echo()\n"
        "        pid = os.fork()\n"
        "        if pid == 0:\n"
        "            asyncio.run(child(session, echo))\n"
        "            os._exit(0)\n"
        "        await asyncio.to_thread(os.waitpid, pid, 0)\n"
        "        print(await echo.echo('parent'))\n"
        "asyncio.run(main())\n"
    )
    assert done.returncode == 0, done.stderr
    said, *others = done.stdout.splitlines()
    assert "parent process" in said
    assert others == ["child", "parent"]


@newest
def test_the_interpreter_ends_with_open_sessions(node: RealNode, python: Python) -> None:
    done = python(
        "import asyncio\n"
        "from mpbitcoin import ipc\n"
        "async def main():\n"
        f"    session = await ipc.aconnect({node.address!r})\n"
        "    mining = await session.mining()\n"
        "    tip = await mining.get_tip()\n"
        "    wait = mining.wait_tip_changed\n"
        "    waiting = [asyncio.ensure_future(wait(tip.hash)) for _ in range(8)]\n"
        "    await asyncio.sleep(0.1)\n"
        "    print('bye')\n"
        "    return session, waiting\n"
        "kept = asyncio.run(main())\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "bye\n", "")


def test_a_place_in_the_queue_is_waited_for(tmp_path: Path) -> None:
    """A process that accepts no connections does not block the event loop."""

    async def run() -> None:
        connecting = asyncio.create_task(ipc.aconnect(address))
        done, _ = await asyncio.wait([connecting], timeout=0.2)
        assert not done
        for _ in [*waiting, "ours"]:
            there, _ = await asyncio.to_thread(listener.accept)
            there.close()
        with pytest.raises(ipc.ConnectionRefused):
            await asyncio.wait_for(connecting, PATIENCE)

    address = f"unix:{tmp_path / 's'}"
    with socket.socket(socket.AF_UNIX) as listener, contextlib.ExitStack() as closed:
        listener.bind(str(tmp_path / "s"))
        listener.listen(0)
        waiting = []
        while (made := try_connect(tmp_path / "s")) is not None:
            waiting.append(closed.enter_context(made))
        asyncio.run(run())


def test_spawned_process(executable: object) -> None:
    async def run() -> None:
        async with await ipc.aspawn([str(executable)]) as session:
            assert await (await session.echo()).echo("pair") == "pair"

    asyncio.run(run())
