"""Calls that read objects while others change them, and calls about missing objects."""

from __future__ import annotations

import contextlib
import threading

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc import mining
from mpbitcoin.ipc.values import BlockHash
from tests.ipc.conftest import RealNode, in_threads, newest, rpc
from tests.waiting import PATIENCE

pytestmark = newest


def test_a_hash_is_asked_for_while_its_block_goes(own_node: RealNode) -> None:
    """The check of the height and the look at the chain are one step."""
    over = threading.Event()

    def ask(number: int) -> None:
        with own_node.connect() as session:
            chain = session.chain
            while not over.is_set():
                with contextlib.suppress(ipc.RemoteError):  # there is no block at this height
                    chain.get_block_hash(101)

    def reorganize() -> None:
        with own_node.connect() as session:
            tip = str(session.chain.get_block_hash(101))
            try:
                for _ in range(2000):
                    rpc(session, "invalidateblock", tip)
                    rpc(session, "reconsiderblock", tip)
            finally:
                over.set()

    thread = threading.Thread(target=reorganize)
    thread.start()
    try:
        in_threads(ask, 6)
    finally:
        over.set()
        thread.join(PATIENCE)
    assert own_node.stop() == 0


def test_odd_heights(node: RealNode) -> None:
    with node.connect() as session:
        chain = session.chain
        tip = session.mining.get_tip()
        assert tip is not None
        for height in (-1, -(2**31), tip.height + 1, 2**31 - 1):
            assert not chain.have_block_on_disk(height)
            with pytest.raises(ipc.RemoteError, match="height"):
                chain.get_block_hash(height)
        for low in (-(2**31), -1, 0, tip.height, 2**31 - 1):
            for high in (-(2**31), -1, 0, tip.height, 2**31 - 1, None):
                assert chain.has_blocks(tip.hash, low, high)
        assert not chain.has_blocks(BlockHash(bytes(32)), -1, -1)


def test_a_template_is_solved_and_read_at_the_same_time(own_node: RealNode) -> None:
    with own_node.connect() as session:
        template = session.mining.create_new_block(cooldown=False)
        assert template is not None
        wanted, path = template.get_coinbase_tx(), template.get_coinbase_merkle_path()
        header = template.get_block_header()
        solution = mining.solve(header, wanted, path)

        def use(number: int) -> None:
            for _ in range(400):
                if number % 2:
                    template.submit_solution(
                        solution.version, solution.timestamp, solution.nonce, solution.coinbase
                    )
                else:
                    template.get_block()
                    template.get_coinbase_merkle_path()

        in_threads(use, 8)
    assert own_node.stop() == 0
