"""Calls of a real node, from threads."""

from __future__ import annotations

import os
import threading
import time

import psutil
import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc.mining import mine_block
from mpbitcoin.ipc.types import BlockCheckOptions, BlockWaitOptions
from tests.ipc.conftest import RealNode, generate, in_threads, newest
from tests.waiting import wait_until


@pytest.mark.parametrize("text", ["", "hello", "grüße ₿", "a\nb", "x" * 1_000_000])
def test_texts_come_back_as_they_went(session: ipc.Session, text: str) -> None:
    assert session.echo.echo(text) == text


def test_the_tip_is_what_json_rpc_says(node: RealNode, session: ipc.Session) -> None:
    tip = session.mining.get_tip()
    assert tip is not None
    best = node.rpc("getbestblockhash")
    assert str(tip.hash) == best
    assert ipc.Hash.from_hex(best) == tip.hash


def test_a_block_is_mined(session: ipc.Session) -> None:
    before = session.mining.get_tip()
    made = mine_block(session.mining)
    after = session.mining.get_tip()
    assert before is not None
    assert after is not None
    assert (after.hash, after.height) == (made, before.height + 1)


def test_a_template_tells_what_it_is_of(session: ipc.Session) -> None:
    template = session.mining.create_new_block(cooldown=False)
    assert template is not None
    with template:
        block = template.get_block()
        assert isinstance(block, memoryview)
        assert block.readonly
        assert bytes(block[:80]) == template.get_block_header()
        assert template.get_tx_fees() == []
        wanted = template.get_coinbase_tx()
        assert wanted.block_reward_remaining == 50 * 100_000_000
        assert template.wait_next(BlockWaitOptions(timeout=0.01)) is None
        checked = session.mining.check_block(block, BlockCheckOptions(check_pow=False))
        assert (checked.result, bool(checked.reason)) == (not checked.reason, not checked.result)


def test_bytes_outlive_their_template_and_connection(node: RealNode) -> None:
    with node.connect() as session:
        template = session.mining.create_new_block(cooldown=False)
        assert template is not None
        block = template.get_block()
        copy = bytes(block)
        del template
    assert bytes(block) == copy


def test_waiting_ends_with_a_new_tip(node: RealNode) -> None:
    with node.connect() as session:
        tip = session.mining.get_tip()
        assert tip is not None
        seen: list[object] = []
        waiter = threading.Thread(
            target=lambda: seen.append(session.mining.wait_tip_changed(tip.hash))
        )
        waiter.start()
        generate(session, 1)
        waiter.join(60)
        assert seen == [session.mining.get_tip()]


def test_sixteen_threads_call_at_once(session: ipc.Session) -> None:
    echo = session.echo
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(50):
            text = f"{number} {turn}"
            if (answer := echo.echo(text)) != text:
                wrong.append(answer)

    in_threads(work, 16)
    assert wrong == []


def test_a_call_that_takes_too_long_is_given_up(session: ipc.Session) -> None:
    tip = session.mining.get_tip()
    assert tip is not None
    started = time.monotonic()
    with pytest.raises(ipc.CallTimeout, match=r"Mining\.waitTipChanged"):
        session.mining.within(0.2).wait_tip_changed(tip.hash)
    assert 0.2 <= time.monotonic() - started < 20
    assert session.echo.echo("on") == "on"


@newest
def test_what_is_given_up_frees_the_node_of_its_threads(node: RealNode) -> None:
    def threads() -> int:
        return len(psutil.Process(node.pid).threads())

    with node.connect() as session:
        tip = session.mining.get_tip()
        template = session.mining.create_new_block()
        assert tip is not None
        assert template is not None
        before = threads()
        for _ in range(5):
            with pytest.raises(ipc.CallTimeout):
                session.mining.within(0.05).wait_tip_changed(tip.hash)
            with pytest.raises(ipc.CallTimeout):
                template.within(0.05).wait_next()
        assert threads() >= before + 8
        wait_until(lambda: threads() <= before + 1)
        assert session.mining.get_tip() == tip


def test_more_waiting_calls_than_workers_wait_for_their_turn(node: RealNode) -> None:
    with node.connect(limits=ipc.Limits(workers=2)) as session:
        echo = session.echo
        threads = [threading.Thread(target=echo.echo, args=("x",)) for _ in range(32)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert echo.echo("y") == "y"


def test_wrong_values_are_python_errors(session: ipc.Session) -> None:
    with pytest.raises(TypeError):
        session.echo.echo(7)  # type: ignore[arg-type]
    template = session.mining.create_new_block(cooldown=False)
    assert template is not None
    with pytest.raises(OverflowError):
        template.submit_solution(-1, 0, 0, b"")


@newest
def test_a_method_that_throws_says_what(node: RealNode, session: ipc.Session) -> None:
    template = session.mining.create_new_block(cooldown=False)
    assert template is not None
    with pytest.raises(ipc.RemoteError):
        template.submit_solution(1, 1, 1, b"no transaction")
    with pytest.raises(ipc.RemoteError, match="coinbase is missing"):
        template.submit_solution(1, 1, 1, None)  # type: ignore[arg-type]
    assert session.echo.echo("on") == "on"


def test_nothing_answers() -> None:
    with pytest.raises(ipc.ConnectionRefused) as caught:
        ipc.connect("unix:/nowhere/node.sock")
    assert "-ipcbind=unix" in caught.value.hint


def test_a_closed_connection_says_so(node: RealNode) -> None:
    with node.connect() as session:
        echo = session.echo
    assert session.closed
    with pytest.raises(ipc.Disconnected):
        echo.echo("x")
    session.close()


def test_the_node_spawned_over_a_socket_pair(executable: object) -> None:
    with ipc.spawn([str(executable)]) as session:
        assert session.echo.echo("pair") == "pair"
        process = session.process
    assert process is not None
    assert process.returncode == 0


@newest
def test_a_spawned_node_says_that_it_has_no_chain(executable: object) -> None:
    with ipc.spawn([str(executable)]) as session:
        for offer in ("mining", "rpc", "chain"):
            with pytest.raises(ipc.RemoteError, match="-ipcfd and has no chain"):
                getattr(session, offer)
        assert session.echo.echo("on") == "on"


def test_many_connections_leave_nothing_behind(node: RealNode) -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    def connect_once() -> None:
        with node.connect() as session:
            assert session.echo.echo("x") == "x"

    connect_once()
    before, threads = descriptors(), threading.active_count()
    for _ in range(100):
        connect_once()
    deadline = time.monotonic() + 30
    while descriptors() > before + 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert descriptors() <= before + 2
    assert threading.active_count() == threads
