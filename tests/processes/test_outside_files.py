"""Files outside of the wallet directory: the fenced in wallet process gets those that are named."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.node import Node, RpcError

MakeNode = Callable[..., Node]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "else where"
    folder.mkdir()
    return folder


def fenced_in(node: Node) -> bool:
    status = Path(f"/proc/{node.wallet_pid()}/status").read_text()
    return "Seccomp:\t2" in status and "no files but its own" in node.log


def test_backups_go_anywhere_and_come_back(node: Node, elsewhere: Path) -> None:
    assert fenced_in(node)
    backup = elsewhere / "w.bak"
    for _ in range(2):  # the second one overwrites the first
        node.rpc("backupwallet", str(backup))
    assert [file.name for file in elsewhere.iterdir()] == ["w.bak"]
    assert f"For backupwallet the wallet process may use {backup}" in node.log
    node.rpc("restorewallet", "again", str(backup))
    assert node.rpc("getbalance", wallet="again") == 50


def test_what_the_user_may_not_do_fails_as_ever(node: Node, elsewhere: Path) -> None:
    with pytest.raises(RpcError, match="backup failed"):
        node.rpc("backupwallet", str(elsewhere))
    with pytest.raises(RpcError, match="backup failed"):
        node.rpc("backupwallet", str(elsewhere / "missing" / "w.bak"))
    with pytest.raises(RpcError, match="does not exist"):
        node.rpc("restorewallet", "again", str(elsewhere / "none"))
    assert list(elsewhere.iterdir()) == []


def test_wallets_live_anywhere(node: Node, elsewhere: Path) -> None:
    wallet = str(elsewhere / "deeper" / "wallet")
    node.rpc("createwallet", wallet)
    address = node.rpc("getnewaddress", wallet=wallet)
    node.rpc("generatetoaddress", 1, address)
    node.rpc("unloadwallet", wallet)
    node.rpc("loadwallet", wallet)
    assert node.rpc("getwalletinfo", wallet=wallet)["lastprocessedblock"]["height"] == 102
    assert fenced_in(node)


@pytest.mark.parametrize("how", ["killed", "restarted"])
def test_a_wallet_elsewhere_outlives_its_process(node: Node, elsewhere: Path, how: str) -> None:
    wallet = str(elsewhere / "wallet")
    node.rpc("createwallet", wallet, False, False, "", False, True, True)
    if how == "killed":
        node.wait_for_end(node.kill_wallet(signal.SIGKILL))
    else:
        assert node.stop() == 0
        node.start()
    assert set(node.rpc("listwallets")) == {"w", wallet}
    address = node.rpc("getnewaddress", wallet=wallet)  # which writes
    assert node.rpc("getaddressinfo", address, wallet=wallet)["ismine"]


@pytest.mark.parametrize("place", ["outside", "in the data directory"])
def test_what_nobody_has_named_stays_closed(node: Node, elsewhere: Path, place: str) -> None:
    """A link in the wallet directory makes the process look at what it leads to."""
    target = elsewhere if place == "outside" else node.folder / "elsewhere"
    wallets = node.folder / "wallets"
    node.rpc("createwallet", "closed")
    node.rpc("unloadwallet", "closed")
    shutil.move(wallets / "closed", target / "closed")
    (wallets / "link").symlink_to(target / "closed")
    listed = [entry["name"] for entry in node.rpc("listwalletdir")["wallets"]]
    assert listed == ["w"]
    assert f"wanted a file outside: {target}/closed/wallet.dat" in node.log
    node.rpc("loadwallet", "link")
    assert "link" in [entry["name"] for entry in node.rpc("listwalletdir")["wallets"]]


def test_links_that_were_there_before_are_open(make_node: MakeNode, elsewhere: Path) -> None:
    node = make_node()
    node.rpc("createwallet", "moved")
    assert node.stop() == 0
    wallets = node.folder / "wallets"
    shutil.move(wallets / "moved", elsewhere / "moved")
    (wallets / "moved").symlink_to(elsewhere / "moved")
    node.start()
    assert [entry["name"] for entry in node.rpc("listwalletdir")["wallets"]] == ["moved"]
    node.rpc("loadwallet", "moved")
    assert "wanted a file outside" not in node.log
