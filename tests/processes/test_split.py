"""Two processes: which starts, its settings, its log, and how both end."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin.node.rpc import RpcError
from tests.processes.node import Node, alive
from tests.processes.test_faults import Call
from tests.waiting import PATIENCE, wait_until

MakeNode = Callable[..., Node]


def test_the_wallet_is_a_process_of_its_own(node: Node) -> None:
    command = Path(f"/proc/{node.wallet_pid()}/cmdline").read_text().split("\0")
    assert command[:2] == [str(node.executables / "bitcoin-wallet"), "-ipcfd"]
    assert node.rpc("getbalance") == 50
    txid = node.rpc("sendtoaddress", node.rpc("getnewaddress"), 1)
    assert txid in node.rpc("getrawmempool")
    assert node.rpc("gettransaction", txid)["confirmations"] == 0
    node.rpc("generatetoaddress", 1, node.rpc("getnewaddress"))
    assert node.rpc("gettransaction", txid)["confirmations"] == 1


def test_disablewallet_starts_no_process(make_node: MakeNode) -> None:
    node = make_node("-disablewallet")
    assert node.children() == []
    with pytest.raises(RpcError, match="Method not found"):
        node.rpc("getbalance")
    assert "getbalance" not in node.rpc("help")


def test_help_and_named_arguments_are_those_of_the_commands(node: Node) -> None:
    assert "== Wallet ==" in node.rpc("help")
    assert node.rpc("help", "getbalance").startswith("getbalance ( ")
    with pytest.raises(RpcError) as caught:
        node.rpc("sendtoaddress", "nonsense", 1)
    assert caught.value.code == -5
    with pytest.raises(RpcError) as caught:
        node.rpc("getbalance", wallet="missing")
    assert caught.value.code == -18
    with pytest.raises(RpcError, match="null is not of expected type string") as caught:
        node.rpc("fundrawtransaction", "02000000000000000000", {"change_type": None})
    assert caught.value.code == -3


def test_commands_see_what_was_sent_before_them(node: Node) -> None:
    """Also those that do not wait for the chain, and when many notifications are on their way."""
    output = node.rpc("listunspent")[0]
    inputs = [{"txid": output["txid"], "vout": output["vout"]}]
    raw = node.rpc("createrawtransaction", inputs, {node.rpc("getnewaddress"): 49})
    signed = node.rpc("signrawtransactionwithwallet", raw)["hex"]
    node.rpc("lockunspent", False, inputs)
    wallet = node.kill_wallet(signal.SIGSTOP)
    node.rpc("generatetodescriptor", 100, "raw(51)")
    node.rpc("sendrawtransaction", signed, 0)
    call = Call(node, "listlockunspent")
    wait_until(lambda: "listlockunspent" in active(node), "the command")
    os.kill(wallet, signal.SIGCONT)
    call.join(PATIENCE)
    assert call.result == []


def active(node: Node) -> list[str]:
    """The commands that the node executes."""
    return [each["method"] for each in node.rpc("getrpcinfo")["active_commands"]]


def test_wallet_lines_are_in_the_nodes_log_and_say_so(node: Node) -> None:
    wait_until(lambda: "[bitcoin-wallet] Using wallet directory" in node.log, "a wallet line")
    assert not list(node.folder.glob("wallets/**/*.log"))


def test_the_configuration_reaches_the_wallet(make_node: MakeNode, tmp_path: Path) -> None:
    wallets = tmp_path / "my wallets"
    wallets.mkdir()
    node = make_node(f"-walletdir={wallets}", "-addresstype=legacy", "-keypool=3")
    node.rpc("createwallet", "w")
    assert (wallets / "w" / "wallet.dat").is_file()
    assert node.rpc("getwalletinfo")["keypoolsize"] == 12  # 3 for each of 4 address types
    assert node.rpc("getnewaddress")[0] in "mn"


def test_settings_are_kept_by_the_node(node: Node) -> None:
    node.rpc("createwallet", "kept", False, False, "", False, True, True)
    assert node.stop() == 0
    node.start()
    assert "kept" in node.rpc("listwallets")


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_node_ends_both(node: Node, how: int) -> None:
    wallet = node.wallet_pid()
    os.kill(node.pid, how)
    assert node.wait() == 0
    assert not alive(wallet)
    assert "Shutdown done" in node.log


def test_signals_to_the_group_do_not_end_the_wallet_first(node: Node) -> None:
    wallet = node.wallet_pid()
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(wallet, how)
    assert node.rpc("getbalance") == 50
    assert node.wallet_pid() == wallet


def test_daemonwait_leaves_a_working_node(make_node: MakeNode) -> None:
    node = make_node("-daemonwait", start=False)
    done = subprocess.run(node.command(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "starting" in done.stdout
    assert node.rpc("listwallets") == []
    pid = int((node.folder / "bitcoind.pid").read_text())
    node.rpc("stop")
    wait_until(lambda: not alive(pid), "the daemon's end")


def test_a_missing_wallet_executable_is_told(make_node: MakeNode, tmp_path: Path) -> None:
    node = make_node(start=False)
    alone = tmp_path / "bin"
    alone.mkdir()
    (alone / "bitcoin-node").write_bytes((node.executables / "bitcoin-node").read_bytes())
    (alone / "bitcoin-node").chmod(0o755)
    node.executables = alone
    done = subprocess.run(node.command(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Cannot start the wallet process bitcoin-wallet: cannot run" in done.stderr


def offline_info(node: Node) -> str:
    """The offline tool's output about the wallet `w`."""
    tool = [str(node.executables / "bitcoin-wallet"), "-regtest", f"-datadir={node.datadir}"]
    done = subprocess.run([*tool, "-wallet=w", "info"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_offline_tool_is_still_there(node: Node) -> None:
    assert node.stop() == 0
    assert "Format: sqlite" in offline_info(node)


def test_the_last_blocks_reach_the_wallet_before_it_ends(node: Node) -> None:
    count = node.rpc("getwalletinfo")["txcount"]
    node.rpc("generatetoaddress", 30, node.rpc("getnewaddress"))
    assert node.stop() == 0
    assert f"Transactions: {count + 30}" in offline_info(node)


def test_errors_of_the_node_reach_the_user_as_they_are(make_node: MakeNode) -> None:
    """The same errors as bitcoind's, without a word about the processes' connection."""
    node = make_node("-nosettings")
    for words in (
        ("createwallet", "w", False, False, "", False, True, True),
        ("unloadwallet", "w", False),
    ):
        with pytest.raises(RpcError) as caught:
            node.rpc(*words)
        assert caught.value.code == -1
        expected = "Attempt to write settings file when dynamic settings are disabled."
        assert caught.value.text == expected


def test_mock_time_reaches_the_wallet(node: Node) -> None:
    node.rpc("setmocktime", 2_000_000_000)
    txid = node.rpc("sendtoaddress", node.rpc("getnewaddress"), 1)
    assert node.rpc("gettransaction", txid)["timereceived"] == 2_000_000_000
    node.rpc("mockscheduler", 3600)
