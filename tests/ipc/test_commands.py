"""`mpbitcoin ipc` as a user types it, with a real node and with schemas alone."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from mpbitcoin import ipc, paths
from mpbitcoin.__main__ import main
from mpbitcoin.errors import UsageError
from mpbitcoin.ipc import native
from mpbitcoin.ipc.commands import watch
from mpbitcoin.ipc.errors import IpcError
from tests.ipc.conftest import RealNode, generate, newest, rpc
from tests.waiting import PATIENCE

Command = Callable[..., str]
#: The private key 1, for regtest.
_KEY = "cMahea7zqjxrtgAbB7LSGbcQUr1uX1ojuat9jZodMN87JcbXMTcA"


@pytest.fixture
def command(node: RealNode, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs an action with the node; returns its standard output, or its errors."""

    def run(action: str, *words: str, status: int = 0) -> str:
        assert main(["ipc", action, f"--address={node.address}", *words]) == status
        said = capsys.readouterr()
        return said.out if status == 0 else said.err

    return run


@pytest.fixture
def ask(command: Command) -> Callable[..., Any]:
    """Calls a method; the answer."""
    return lambda *words: json.loads(command("call", "--json", *words))


@newest
def test_calls(ask: Callable[..., Any], session: ipc.Session) -> None:
    tip = session.mining.get_tip()
    assert tip is not None
    assert ask("Mining.getTip") == {"hash": str(tip.hash), "height": tip.height}
    assert ask("Mining.get_tip") == ask("Mining.getTip")
    assert ask("Echo.echo", "käse, [1") == "käse, [1"
    assert ask("Chain.getBlockHash", str(tip.height)) == str(tip.hash)
    assert ask("Mining.createNewBlock", '{"useMempool": false}', "false") == "<BlockTemplate>"
    assert ask("Chain.hasBlocks", str(tip.hash), "0", "null") is True
    outpoint = f"{'ab' * 32}00000000"
    assert ask("Chain.findCoins", f'[["{outpoint}", "000006"]]')[0][0] == outpoint
    found = ask("Chain.findBlock", str(tip.hash), '{"wantHeight": true, "next": {}}')
    assert found["block"]["height"] == tip.height


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        (["Minig.getTip"], "Minig.getTip: no such interface", "Init, Echo, Mining"),
        (["Mining"], "Mining: no such method", "`mpbitcoin ipc describe Mining` lists them"),
        (["Mining.getTipp"], "no such method", "did you mean Mining.getTip?"),
        (["Init.construct"], "no such method", "`mpbitcoin ipc describe Init` lists them"),
        (["Echo.echo"], "missing 1 required", "echo(echo :Text) -> result :Text"),
        (["Echo.echo", "a", "b"], "2 values for 1 parameters", "echo(echo :Text)"),
        (["Chain.getBlockHash", "x"], "height: x is not JSON", "height :Int32"),
        (["Chain.getBlockHash", "1.5"], "height: 1.5 is not a whole number", "height :Int32"),
        (["Chain.getBlockHash", "true"], "height: true is not a whole number", "height :Int32"),
        (["Chain.getBlockHash", "3000000000"], "is not in -2147483648 … 2147483647", "Int32"),
        (["Chain.hasBlockFilterIndex", "-1"], "-1 is not in 0 … 255", "Uint8"),
        (["Chain.havePruned", "1"], "1 values for 0 parameters", "havePruned()"),
        (["Chain.isInMempool", "abc"], "txid: 'abc' is not the hex of 32 bytes", "txid :Data"),
        (["Mining.checkBlock", "xy", "{}"], "block: 'xy' is not hex", "block :Data"),
        (["Mining.createNewBlock", "[1]"], "options: [1] is not a JSON object", "options"),
        (["Mining.createNewBlock", '{"mempool": 1}'], "has no mempool; it has useMempool", "opt"),
        (["Mining.createNewBlock", '{"useMempool": 1}'], "1 is not true or false", "options"),
        (["Chain.findCoins", "[5]"], "5 is not a list of 2", "List(Pair(Data, Data))"),
        (["Chain.handleNotifications", "1"], "only a program can pass", "ChainNotifications"),
    ],
)
@newest
def test_what_is_no_call(words: list[str], said: str, hint: str, command: Command) -> None:
    error, told = command("call", *words, status=UsageError.exit_code).splitlines()
    assert error.startswith("error: ")
    assert said in error
    assert told.startswith("  hint: ")
    assert hint in told


@newest
def test_a_call_that_takes_too_long_or_throws(command: Command, ask: Callable[..., Any]) -> None:
    tip = ask("Mining.getTip")["hash"]
    late = command(
        "call", "--timeout=0.05", "Mining.waitTipChanged", tip, status=IpcError.exit_code
    )
    assert "no answer in time from Mining.waitTipChanged" in late
    assert "hint: raise the limit with --timeout" in late
    thrown = command("call", "Chain.getBlockHash", "9999", status=IpcError.exit_code)
    assert "no block at height 9999" in thrown


@newest
def test_what_a_node_offers(command: Command) -> None:
    shown = command("describe")
    assert "the node offers Init, Echo, Mining, Rpc, Chain\n\ninterface Echo\n" in shown
    assert "waitTipChanged(currentTip :Data, timeout :Float64 = unlimited)" in shown
    assert "cooldown :Bool = true)" in shown
    assert not [word for word in ("construct", "destroy", "Old2", "Context") if word in shown]
    one = command("describe", "BlockTemplate")
    assert "interface BlockTemplate\n" in one
    assert "struct CoinbaseTx\n" in one
    assert "Echo(" not in one
    told = json.loads(command("describe", "--json", "Echo"))
    assert [kind["name"] for kind in told["types"]] == ["Echo"]
    assert told["release"] == native.RELEASES[0]
    wrong = command("describe", "Minig", status=UsageError.exit_code)
    assert "Minig: not in the schemas" in wrong
    assert "the node offers Init" in wrong


def test_schemas_without_a_node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "ours.capnp").write_text(
        "@0xa4de2a2e7e7c4c11;\n"
        'using Cxx = import "/capnp/c++.capnp";\n'
        'using Proxy = import "/mp/proxy.capnp";\n'
        '$Cxx.namespace("ours");\n'
        "enum Colour { red @0; blue @1; }\n"
        "interface Brush { paint @0 (context :Proxy.Context, colour :Colour) -> (area :UInt8); }\n"
    )
    words = ["ipc", "describe", f"--schemas={tmp_path}"]
    brush = "interface Brush\n  paint(colour :Colour) -> area :Uint8"
    for files in ([], ["below/ours.capnp"]):
        assert main([*words, *files]) == 0
        shown = capsys.readouterr().out
        assert brush in shown
        assert "enum Colour: red, blue" in shown
        assert "ThreadMap" not in shown
    (tmp_path / "odd.capnp").write_text("struct {")
    for wrong, said in (
        (words, "odd.capnp:1: "),
        ([*words, "none.capnp"], "no such file; path = none.capnp"),
    ):
        assert main(wrong) == UsageError.exit_code
        assert said in capsys.readouterr().err
    assert main(["ipc", "describe", f"--schemas={tmp_path / 'none'}"]) == UsageError.exit_code
    assert "no such folder" in capsys.readouterr().err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["ipc", "describe", f"--schemas={empty}"]) == UsageError.exit_code
    assert "contains no *.capnp files" in capsys.readouterr().err


@contextmanager
def watching(node: RealNode, *words: str) -> Iterator[tuple[subprocess.Popen[str], IO[str]]]:
    """A running `mpbitcoin ipc watch`, and its output."""
    command = [sys.executable, "-m", "mpbitcoin", "ipc", "watch", f"--address={node.address}"]
    env = dict(os.environ, PYTHONPATH=str(paths.PACKAGE.parent))
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, *words], stdout=pipe, stderr=pipe, text=True, env=env) as run:
        try:
            assert run.stdout is not None
            assert run.stderr is not None
            assert run.stderr.readline() == "watching; stop with Ctrl-C\n"
            yield run, run.stdout
        finally:
            run.kill()


@newest
def test_watching_blocks_and_transactions(own_node: RealNode) -> None:
    with own_node.connect() as session:
        tx = payment(session)
        with watching(own_node, "--json") as (run, told):
            txid = rpc(session, "sendrawtransaction", tx, 0)
            event = {"event": "transaction added", "txid": txid, "bytes": len(tx) // 2}
            assert json.loads(told.readline()) == event
            generate(session, 1)
            tip: Any = rpc(session, "getblockchaininfo")
            connected = json.loads(told.readline())
            assert connected["event"] == "block connected"
            assert connected["height"] == tip["blocks"]
            assert connected["hash"] == tip["bestblockhash"]
            run.send_signal(signal.SIGINT)
            assert run.communicate(timeout=PATIENCE) == ("", "")
            assert run.returncode == 0


def test_why_a_transaction_goes() -> None:
    events: queue.Queue[watch.Event | None] = queue.Queue()
    watcher = watch.Watcher(events)
    for reason, words in ((4, "conflict"), (5, "replaced"), (99, "99")):
        watcher.transaction_removed_from_mempool(b"any", reason)
        event = events.get_nowait()
        assert event is not None
        assert event["reason"] == words


def payment(session: ipc.Session) -> str:
    """A transaction, signed but not sent: it spends a coin that was mined for a key of ours."""
    made: Any = rpc(session, "generatetodescriptor", 1, f"wpkh({_KEY})")
    coinbase: Any = rpc(session, "getblock", made[0], 2)
    generate(session, 100)
    coin = [{"txid": coinbase["tx"][0]["txid"], "vout": 0}]
    raw = rpc(session, "createrawtransaction", coin, [{"data": "ab" * 40}])
    signed: Any = rpc(session, "signrawtransactionwithkey", raw, [_KEY])
    return str(signed["hex"])


def test_the_end_of_a_watched_node(own_node: RealNode) -> None:
    with watching(own_node) as (run, _):
        own_node.kill()
        _, errors = run.communicate(timeout=PATIENCE)
        assert run.returncode == IpcError.exit_code
        assert errors == "error: the node has ended\n  hint: start it again\n"
