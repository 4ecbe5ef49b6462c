"""Real nodes: the pytest plugin, the guard that ends them, and `mpbitcoin node`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mpbitcoin.__main__ import main
from mpbitcoin.errors import RunError
from mpbitcoin.node.ports import Port
from mpbitcoin.node.regtest import RegtestNode
from mpbitcoin_project import paths
from tests import documentation, waiting
from tests.unit.project.test_main import completions

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.integration

_PATIENCE = 60.0
wait_until = partial(waiting.wait_until, seconds=_PATIENCE)


@pytest.fixture(autouse=True)
def package_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", paths.IMPORTS)


def run_tests(pytester: pytest.Pytester, tests: str, *words: str) -> pytest.RunResult:
    """Run a test file with the plugin in a separate pytest."""
    pytester.makepyfile(tests)
    return pytester.runpytest_subprocess("-p", "mpbitcoin.testing.plugin", *words)


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return True
    return state == "Z"


def family(node: RegtestNode) -> list[int]:
    """Process ids of a node and of its children."""
    tasks = Path(f"/proc/{node.pid}/task").glob("*/children")
    return [node.pid, *(int(word) for task in tasks for word in task.read_text().split())]


def test_the_fixtures(pytester: pytest.Pytester) -> None:
    result = run_tests(
        pytester,
        """
        import pytest
        from mpbitcoin.errors import RunError
        from mpbitcoin.testing import COIN, RpcError

        ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"

        def test_node(bitcoin_node):
            assert bitcoin_node.rpc("getblockcount") == 0
            assert bitcoin_node.socket.is_socket()
            with pytest.raises(RpcError) as refused:
                bitcoin_node.rpc("getblockhash", 1)
            assert refused.value.code == -8

        def test_mine(bitcoin_node, mine):
            assert mine(3)[-1] == bitcoin_node.rpc("getbestblockhash")
            assert mine() == [bitcoin_node.cli("getbestblockhash")]
            mined = mine(20)  # the first of them the node makes itself
            assert mined == [bitcoin_node.rpc("getblockhash", 5 + n) for n in range(20)]
            with pytest.raises(RunError, match="nowhere: Invalid"):
                mine(to="nowhere")
            mine(to=ADDRESS)
            block = bitcoin_node.rpc("getblock", bitcoin_node.rpc("getbestblockhash"), 2)
            assert block["tx"][0]["vout"][0]["scriptPubKey"]["address"] == ADDRESS
            assert bitcoin_node.log().count("CreateNewBlock()") >= 9

        def test_wallet(bitcoin_wallet, mine):
            assert bitcoin_wallet.balance() == 50 * COIN
            txid = bitcoin_wallet.send(bitcoin_wallet.node.rpc("getnewaddress"), 7 * COIN)
            mine(to=bitcoin_wallet.address())
            assert bitcoin_wallet.rpc("gettransaction", txid)["confirmations"] == 1

        def test_two_nodes(bitcoin_node_factory):
            first, second = bitcoin_node_factory(listen=True), bitcoin_node_factory("-txindex")
            second.connect(first)
            tip = first.mine(2)[-1]
            second.rpc("waitforblock", tip, 30_000)
            assert second.rpc("getindexinfo")["txindex"]
            assert first.rpc_port != second.rpc_port

        def test_again(bitcoin_node):
            tip = bitcoin_node.mine()
            assert bitcoin_node.stop() == 0
            bitcoin_node.start()
            assert [bitcoin_node.rpc("getbestblockhash")] == tip
        """,
    )
    result.assert_outcomes(passed=5)


def test_the_code_of_the_documentation(pytester: pytest.Pytester) -> None:
    python = documentation.blocks("python")
    blocks = [block.text for block in python if block.page == documentation.PYTEST_PAGE]
    assert len(blocks) == 2
    uses_all = "def test_shared(shared_node):\n    assert shared_node.rpc('getindexinfo')\n"
    result = run_tests(pytester, "\n\n".join([*blocks, uses_all]))
    result.assert_outcomes(passed=3)


def test_options_of_all_nodes(pytester: pytest.Pytester) -> None:
    result = run_tests(
        pytester,
        """
        import pytest

        @pytest.fixture
        def bitcoin_node_options():
            return ["-disablewallet", "-uacomment=ours"]

        def test_options(bitcoin_node):
            assert "ours" in bitcoin_node.rpc("getnetworkinfo")["subversion"]
        """,
    )
    result.assert_outcomes(passed=1)


def test_in_parallel(pytester: pytest.Pytester) -> None:
    result = run_tests(
        pytester,
        """
        import pytest

        @pytest.mark.parametrize("blocks", range(8))
        def test_own_chain(bitcoin_node, mine, blocks):
            mine(blocks)
            assert bitcoin_node.rpc("getblockcount") == blocks
        """,
        "-n4",
    )
    result.assert_outcomes(passed=8)


def test_a_failing_report_has_the_log(pytester: pytest.Pytester) -> None:
    result = run_tests(
        pytester,
        """
        import os, signal

        def test_fails(bitcoin_node):
            bitcoin_node.mine(7)
            assert not bitcoin_node

        def test_cannot_start(bitcoin_node_factory):
            bitcoin_node_factory("-nonsense")

        def test_crashes(bitcoin_node):
            os.kill(bitcoin_node.pid, signal.SIGSEGV)
        """,
    )
    result.assert_outcomes(passed=1, failed=2, errors=1)
    said = result.stdout.str()
    assert "debug.log of node0" in said
    assert "UpdateTip: new best=" in said
    assert "height=7" in said
    assert "Invalid parameter -nonsense" in said
    assert f"ended with status -{signal.SIGSEGV:d}" in said


def test_unused_it_costs_next_to_nothing() -> None:
    """Importing the plugin takes a few milliseconds more than pytest, and no client with it."""
    code = """
import pytest, sys, time
started = time.process_time()
import mpbitcoin.testing.plugin
print(time.process_time() - started, *(name for name in sys.modules))
"""
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(3)
    ]
    times = [float(run.stdout.split()[0]) for run in runs]
    assert min(times) < 0.03, times
    loaded = runs[0].stdout.split()[1:]
    assert "mpbitcoin.testing" in loaded
    assert not {"http.client", "ssl", "asyncio", "mpbitcoin.ipc"} & set(loaded)


def test_a_node_is_ready_when_it_is_handed_out(tmp_path: Path) -> None:
    with RegtestNode(tmp_path / "node") as node:
        assert node.rpc("getblockcount") == 0
        assert node.socket.is_socket()
        tip = node.ipc.mining.get_tip()
        assert tip is not None
        assert tip.height == 0


@pytest.mark.parametrize("words", [(), ("-n1",)], ids=["pytest", "xdist"])
def test_nodes_do_not_outlive_a_killed_run(
    pytester: pytest.Pytester, words: tuple[str, ...]
) -> None:
    pytester.makepyfile(
        """
        import os, time
        from pathlib import Path

        def test_sleeps(bitcoin_node, request):
            tasks = Path(f"/proc/{bitcoin_node.pid}/task").glob("*/children")
            wallet = [word for task in tasks for word in task.read_text().split()]
            note = Path(request.config.rootpath, "note")
            note.with_name("aside").write_text(" ".join([str(bitcoin_node.pid), *wallet]))
            note.with_name("aside").rename(note)
            time.sleep(600)
        """
    )
    command = [sys.executable, "-m", "pytest", "-p", "mpbitcoin.testing.plugin", *words]
    run = pytester.popen(command)
    note = pytester.path / "note"
    wait_until(note.exists, "the node under test")
    pids = [int(word) for word in note.read_text().split()]
    assert not any(gone(pid) for pid in pids)
    run.kill()
    run.wait()
    for stream in (run.stdout, run.stderr):
        assert stream is not None
        stream.close()
    wait_until(lambda: all(gone(pid) for pid in pids), f"the end of {pids}")


def test_a_node_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    node = RegtestNode(tmp_path / "node")
    thread = threading.Thread(target=node.start)
    thread.start()
    thread.join()
    time.sleep(0.2)
    assert node.rpc("getblockcount") == 0
    pids = family(node)
    node.kill()
    node.close()
    assert gone(pids[0])
    wait_until(lambda: all(gone(pid) for pid in pids), f"the end of {pids}")


def test_a_data_directory_with_a_long_name(tmp_path: Path) -> None:
    with RegtestNode(tmp_path / ("long" * 25)) as node:
        assert node.socket.is_socket()
        words = (f"-ipcconnect=unix:{node.socket}", "getblockcount")
        assert node.cli(*words) == "0"


def test_two_nodes_in_one_place(tmp_path: Path) -> None:
    with RegtestNode(tmp_path) as first:
        with pytest.raises(RunError, match="Cannot obtain a lock"):
            RegtestNode(tmp_path).__enter__()
        assert first.running


def test_the_verb(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = f"--datadir={tmp_path / 'data'}"
    assert main(["node", "start", place, "--", "-rpcport=123456"]) == RunError.exit_code
    assert "failed to start: Invalid port specified in -rpcport" in capsys.readouterr().err
    port = Port()
    options = [f"-rpcport={port.number}", "-listen=0", "-disablewallet"]

    def told(*words: str, status: int = 0) -> dict[str, Any]:
        assert main(["node", *words, place, "--json"]) == status
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        return answer

    assert told("status", status=1)["running"] is False
    assert main(["node", "start", place, "--json", "--", *options]) == 0
    started = json.loads(capsys.readouterr().out)
    try:
        assert started["running"]
        assert started["blocks"] == 0
        assert Path(started["socket"]).is_socket()
        assert told("status") == started
        assert main(["node", "start", place]) == RunError.exit_code
        assert (
            f"a node is already running on regtest in {tmp_path / 'data'}"
            in capsys.readouterr().err
        )
        line = f"mpbitcoin node {place} cli getblockh"
        assert completions(line, tmp_path) == ["getblockhash", "getblockheader"]
        assert completions(f"{line}ash getb", tmp_path) == []
        command = [sys.executable, "-m", "mpbitcoin", "node", place, "cli"]
        asked = subprocess.run(
            [*command, "-named", "getblockhash", "height=0"], capture_output=True, check=True
        )
        assert asked.stdout.startswith(b"0f9188f13cb7b2c7")
        assert told("stop") == {"stopped": started["pid"]}
    except BaseException:
        os.kill(started["pid"], signal.SIGKILL)
        raise
    finally:
        port.close()
    assert told("status", status=1)["running"] is False
    wait_until(lambda: gone(started["pid"]), "the node's end")
