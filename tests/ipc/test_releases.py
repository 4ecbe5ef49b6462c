"""Nodes of other releases, and servers of other implementations."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc import native
from mpbitcoin.ipc.types import RpcArgument, RpcCommand
from tests.ipc.conftest import FakeNode, in_threads

Fake = Callable[..., FakeNode]


@pytest.mark.parametrize("release", native.RELEASES)
def test_the_release_is_found_and_spoken(fake_node: Fake, release: str) -> None:
    with ipc.connect(fake_node(release).address) as session:
        assert session.release == release
        assert session.echo.echo("x") == "x"
        assert session.mining.is_test_chain()
        tip = session.mining.get_tip()
        assert tip is not None
        assert (tip.hash, tip.height) == (bytes(range(32)), 7)
        template = session.mining.create_new_block()
        assert template is not None
        block = template.get_block()
        assert block.nbytes == 2**20
        assert bytes(block) == bytes(range(256)) * 4096


def test_the_release_is_found_by_many_at_once(fake_node: Fake) -> None:
    """None speaks as another release does, while others find out."""
    address = fake_node("30.99").address
    made: list[int] = []

    async def make_later(session: ipc.AsyncSession, number: int) -> None:
        await asyncio.sleep(number * 0.0003)
        template = await (await session.mining()).create_new_block()
        assert template is not None
        made.append((await template.get_block()).nbytes)

    async def run() -> None:
        async with await ipc.aconnect(address) as session:
            await asyncio.gather(*(make_later(session, number) for number in range(12)))
            assert await session.release() == "30.99"

    def run_in_threads() -> None:
        together = threading.Barrier(12)

        def make(number: int) -> None:
            together.wait()
            template = session.mining.create_new_block()
            assert template is not None
            made.append(template.get_block().nbytes)

        with ipc.connect(address) as session:
            in_threads(make, 12)
            assert session.release == "30.99"

    for _ in range(5):
        asyncio.run(run())
        run_in_threads()
    assert made == [2**20] * 120


def test_what_an_older_release_has_not_is_an_error(fake_node: Fake) -> None:
    with ipc.connect(fake_node("30.99").address) as session:
        # It never waits, whatever the arguments.
        assert session.mining.create_new_block(cooldown=False) is not None
        with pytest.raises(ipc.MethodUnimplemented, match="interrupt"):
            session.mining.interrupt()
        with pytest.raises(ipc.MethodUnimplemented):
            _ = session.rpc


def test_an_exception_of_the_server(fake_node: Fake) -> None:
    with ipc.connect(fake_node().address) as session:
        echo = session.echo
        with pytest.raises(ipc.RemoteError, match="as you wish"):
            echo.echo("throw")
        assert echo.echo("on") == "on"


def test_what_is_empty_is_no_member_of_a_struct(fake_node: Fake) -> None:
    with ipc.connect(fake_node().address) as session:
        for command, there in (
            (RpcCommand(), []),
            (RpcCommand(name="n"), ["name"]),
            (RpcCommand("c", "n", arg_names=[RpcArgument()]), ["category", "name", "argNames"]),
        ):
            with pytest.raises(ipc.RemoteError, match=re.escape(f"there: {there}")):
                session.chain.handle_rpc(command)


def test_a_parameter_without_content_is_there(fake_node: Fake) -> None:
    with ipc.connect(fake_node().address) as session:
        assert session.mining.check_block(b"").result
