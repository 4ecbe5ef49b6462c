"""A real node of 30.99: its differences, and the methods that it lacks.

Tests without a release's mark cover everything that is the same as in newer nodes.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mpbitcoin import ipc
from mpbitcoin.ipc import native
from mpbitcoin.ipc.errors import IpcError
from mpbitcoin.ipc.mining import mine_block, solve
from mpbitcoin.ipc.types import BlockCheckOptions, BlockWaitOptions
from mpbitcoin.testing import COIN, RegtestNode, RegtestWallet
from mpbitcoin_depends.settings import of_user
from mpbitcoin_depends.sources import SourceStore
from mpbitcoin_depends.sources.tree import tree
from tests.ipc.conftest import Python, RealNode, generate
from tests.ipc.test_commands import Command, ask, command, watching
from tests.waiting import PATIENCE

__all__ = ["ask", "command"]  # fixtures
pytestmark = pytest.mark.release("30.99")


@pytest.fixture(scope="module")
def sources() -> Path:
    """The folder of the schemas of the tree that the node was built from."""
    return tree(SourceStore.of(of_user()), "30.99") / "src"


@pytest.fixture(scope="module")
def wallet(executable: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegtestWallet]:
    """A wallet with coins, in the process of a node of its own."""
    folder = tmp_path_factory.mktemp("wallet")
    with RegtestNode(folder, bin=executable.parent) as node:
        yield RegtestWallet.create(node, "own")
        assert node.stop() == 0


def test_our_schemas_are_those_of_the_tree(sources: Path) -> None:
    ours = native.schemas("30.99").describe()
    assert ours == native.read_schemas(sources, ["ipc/capnp/init.capnp"]).describe()
    assert {"Init", "Mining", "BlockTemplate", "CoinbaseTx"} <= {each["name"] for each in ours}


def test_the_release_is_found(node: RealNode) -> None:
    with ipc.connect(datadir=node.folder, chain="regtest") as session:
        echo = session.echo  # from before the release is known
        assert session.release == "30.99"
        assert echo.echo("x") == session.echo.echo("x") == "x"
        assert session.init.make_mining().is_test_chain()

    async def release() -> str:
        async with await node.aconnect() as session:
            return await session.release()

    assert asyncio.run(release()) == "30.99"


@pytest.mark.parametrize("known", [False, True])
def test_what_it_has_not_is_a_clear_error(node: RealNode, known: bool) -> None:
    with node.connect() as session:
        if known:
            assert session.release == "30.99"
        with pytest.raises(ipc.MethodUnimplemented, match=r"Init\.makeRpc") as caught:
            _ = session.rpc
        assert "ipc describe" in caught.value.hint
        with pytest.raises(ipc.MethodUnimplemented) as caught:
            _ = session.chain
        assert caught.value.hint
        with pytest.raises(ipc.MethodUnimplemented, match=r"Mining\.interrupt"):
            session.mining.interrupt()
        assert session.echo.echo("on") == "on"


def test_blocks_are_mined_from_the_first_one_on(executable: Path, tmp_path: Path) -> None:
    with RegtestNode(tmp_path, bin=executable.parent) as node:
        assert node.mine(20) == [node.rpc("getblockhash", height) for height in range(1, 21)]
        assert node.cli("getblockcount") == "20"
        assert node.stop() == 0


def test_a_template_with_a_transaction(wallet: RegtestWallet) -> None:
    mining = wallet.node.ipc.mining
    txid = wallet.send(wallet.address(), COIN)
    fee = int(-wallet.rpc("gettransaction", txid)["fee"] * COIN)
    template = mining.create_new_block(cooldown=False)
    assert template is not None
    assert template.get_tx_fees() == [fee]
    assert [sigops > 0 for sigops in template.get_tx_sigops()] == [True]
    path = template.get_coinbase_merkle_path()
    assert [str(ipc.Txid(each)) for each in path] == [txid]
    wanted, header = template.get_coinbase_tx(), template.get_block_header()
    assert wanted.block_reward_remaining == 50 * COIN + fee
    assert template.get_block()[:80] == header
    found = solve(header, wanted, path)
    assert not template.submit_solution(found.version, 0, found.nonce, found.coinbase)
    assert template.submit_solution(found.version, found.timestamp, found.nonce, found.coinbase)
    tip = mining.get_tip()
    assert tip is not None
    assert tip.hash == found.hash
    assert wallet.rpc("gettransaction", txid)["confirmations"] == 1
    checked = mining.check_block(template.get_block(), BlockCheckOptions(check_pow=False))
    assert (checked.result, checked.reason) == (False, "inconclusive-not-best-prevblk")


def test_waiting_for_the_next_template(wallet: RegtestWallet) -> None:
    mining = wallet.node.ipc.mining
    template = mining.create_new_block()
    assert template is not None
    assert template.wait_next(BlockWaitOptions(timeout=0.05)) is None
    wallet.send(wallet.address(), COIN)
    richer = template.wait_next(BlockWaitOptions(timeout=PATIENCE, fee_threshold=1))
    assert richer is not None
    assert len(richer.get_tx_fees()) == 1
    tip = mine_block(mining)
    newer = richer.wait_next()
    assert newer is not None
    assert newer.get_block_header()[4:36] == tip


def test_a_wait_for_a_template_is_interrupted(node: RealNode) -> None:
    async def wait() -> object:
        async with await node.aconnect() as session:
            template = await (await session.mining()).create_new_block()
            assert template is not None
            waiting = asyncio.create_task(template.wait_next())
            while not waiting.done():  # one that comes before the wait is for nothing
                await template.interrupt_wait()
                await asyncio.sleep(0.05)
            return await waiting

    assert asyncio.run(asyncio.wait_for(wait(), PATIENCE)) is None


def test_methods_that_only_it_has(node: RealNode, sources: Path) -> None:
    with node.connect() as session:
        init = session.load(sources, "ipc/capnp/init.capnp", "Init")
        options = {"use_mempool": True, "block_reserved_weight": 8000}
        template = init.make_mining().create_new_block(options)
        index = template.get_witness_commitment_index()
        commitment = template.get_coinbase_commitment()
        assert index == 1
        assert commitment in template.get_coinbase_raw_tx()
        assert commitment in template.get_coinbase_tx()["required_outputs"][0]


def test_the_command_line(command: Command, ask: Callable[..., Any], node: RealNode) -> None:
    told = command("describe")
    assert told.startswith("schemas of 30.99; the node offers Init, Echo, Mining\n\n")
    assert "createNewBlock(options :BlockCreateOptions) -> result :BlockTemplate" in told
    assert ask("Mining.getTip")["hash"] == node.rpc("getbestblockhash")
    assert ask("Mining.createNewBlock", '{"useMempool": false}') == "<BlockTemplate>"
    assert ask("Init.makeMining") == "<Mining>"
    for method in ("Rpc.executeRpc", "Chain.getHeight"):
        said = command("call", method, status=IpcError.exit_code)
        assert "no such method" in said
        assert "  hint: `mpbitcoin ipc describe`" in said
    with watching(node, "--json") as (run, told_of), node.connect() as session:
        generate(session, 1)
        event = json.loads(told_of.readline())
        assert event["event"] == "new tip"
        assert event["hash"] == node.rpc("getbestblockhash")
        run.send_signal(signal.SIGINT)
        assert run.communicate(timeout=PATIENCE) == ("", "")
        assert run.returncode == 0


def test_calls_that_wait_end_with_the_node(executable: Path, tmp_path: Path) -> None:
    async def wait(node: RegtestNode) -> list[object]:
        async with await ipc.aconnect(f"unix:{node.socket}") as session:
            mining = await session.mining()
            tip, template = await mining.get_tip(), await mining.create_new_block()
            assert tip is not None
            assert template is not None
            calls = asyncio.gather(mining.wait_tip_changed(tip.hash), template.wait_next())
            await asyncio.sleep(0.1)
            node.rpc("stop")
            return [*await calls]

    with RegtestNode(tmp_path, bin=executable.parent) as node:
        assert asyncio.run(asyncio.wait_for(wait(node), PATIENCE)) == [None, None]
        assert node.stop() == 0


def test_the_pytest_plugin(executable: Path, tmp_path: Path, python: Python) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(bitcoin_wallet, mine):\n"
        "    txid = bitcoin_wallet.send(bitcoin_wallet.address(), 150_000)\n"
        "    mine()\n"
        "    assert bitcoin_wallet.rpc('gettransaction', txid)['confirmations'] == 1\n"
    )
    words = ["-p", "mpbitcoin.testing.plugin", f"--basetemp={tmp_path / 'base'}", str(tmp_path)]
    done = python(
        "import os, sys, pytest\n"
        f"os.environ['MPBITCOIN_BIN'] = {str(executable.parent)!r}\n"
        f"sys.exit(pytest.main({words!r}))\n"
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
