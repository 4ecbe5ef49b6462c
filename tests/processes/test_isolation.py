"""What each executable holds, and what the wallet process gave up."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.processes.node import Node

#: Classes that only one of the processes may know.
WALLET = ("wallet::CWallet::", "wallet::DescriptorScriptPubKeyMan::", "wallet::SQLiteDatabase::")
NODE = ("PeerManager", "CConnman::", "ChainstateManager::", "CTxMemPool::")


def symbols(executable: Path) -> str:
    nm = shutil.which("nm")
    assert nm is not None, "nm (binutils) is needed"
    return subprocess.run(
        [nm, "--demangle", "--defined-only", str(executable)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_node_holds_no_wallet_code(executables: Path) -> None:
    table = symbols(executables / "bitcoin-node")
    assert "ChainstateManager::" in table
    assert [name for name in WALLET if name in table] == []


def test_the_wallet_holds_no_network_or_validation_code(executables: Path) -> None:
    table = symbols(executables / "bitcoin-wallet")
    assert "wallet::CWallet::" in table
    assert [name for name in NODE if name in table] == []


def test_the_log_says_what_was_given_up(node: Node) -> None:
    assert "[bitcoin-wallet] Sandbox" in node.log


def test_seccomp_binds_all_threads(node: Node) -> None:
    for status in Path(f"/proc/{node.wallet_pid()}/task").glob("*/status"):
        assert "Seccomp:\t2" in status.read_text()


@pytest.mark.parametrize("option", ["-walletsandbox=0"])
def test_it_can_be_turned_off(executables: Path, tmp_path: Path, option: str) -> None:
    node = Node(executables, tmp_path / "node", (option,))
    try:
        node.start()
        status = Path(f"/proc/{node.wallet_pid()}/status").read_text()
        assert "Seccomp:\t0" in status
        assert "Sandbox" not in node.log
        assert node.stop() == 0
    finally:
        node.end()


def test_nothing_of_the_node_is_inherited(node: Node) -> None:
    """Three standard streams and two sockets are what the process was started with."""
    targets = [str(fd.readlink()) for fd in Path(f"/proc/{node.wallet_pid()}/fd").iterdir()]
    theirs = [t for t in targets if "/blocks" in t or "/chainstate" in t or "debug.log" in t]
    assert theirs == []
    assert sum(t.startswith("socket:") for t in targets) <= 4  # the loop's wake-up pair, too
