"""Files outside of the wallet directory: the fenced in wallet process gets those that are named."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin.node.rpc import RpcError
from tests.processes.node import Node

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


#: Actions of src/executables/common/file_requests.h.
OPEN, MAKE_FOLDER, REMOVE_FILE, REMOVE_FOLDER = range(4)
WRITE = os.O_RDWR | os.O_CREAT


class HostileWallet:
    """Asks the node for files on the socket of its wallet process, as that might if it had been
    taken over."""

    def __init__(self, pid: int) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        number = int(command[command.index("-filesfd") + 1])
        process = os.pidfd_open(pid)
        taken = libc.syscall(438, process, number, 0)  # pidfd_getfd
        os.close(process)
        assert taken >= 0, os.strerror(ctypes.get_errno())
        self.socket = socket.socket(fileno=taken)
        self.socket.settimeout(30)

    def __enter__(self) -> HostileWallet:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, message: bytes) -> int:
        """Send a request as it is; the error of the answer, 0 if it was granted."""
        self.socket.send(message)
        answer, descriptors, _, _ = socket.recv_fds(self.socket, 4, 1)
        for descriptor in descriptors:
            os.close(descriptor)
        error = int(struct.unpack("=i", answer)[0])
        assert not error or not descriptors
        return error

    def ask(self, action: int, path: Path | str, flags: int = 0) -> int:
        return self.send(struct.pack("=IiI", action, flags, 0o600) + str(path).encode())


def test_a_hostile_wallet_process_gets_no_more_than_was_named(
    make_node: MakeNode, elsewhere: Path
) -> None:
    node = make_node()
    wallet, backup, secret = elsewhere / "wallet", elsewhere / "w.bak", elsewhere / "secret"
    secret.write_text("secret")
    node.rpc("createwallet", str(wallet))
    node.rpc("backupwallet", str(backup))
    node.rpc("restorewallet", "again", str(backup))
    (wallet / "link").symlink_to(secret)
    os.mkfifo(wallet / "pipe")
    with HostileWallet(node.wallet_pid()) as hostile:
        granted = wallet / "wallet.dat"
        assert hostile.ask(OPEN, granted, WRITE) == 0
        assert hostile.ask(OPEN, wallet / "new", WRITE) == 0
        assert hostile.ask(REMOVE_FILE, wallet / "new") == 0
        assert hostile.ask(MAKE_FOLDER, wallet / "folder") == 0
        assert hostile.ask(REMOVE_FOLDER, wallet / "folder") == 0

        refused = [
            (OPEN, secret),
            (OPEN, wallet / ".." / "secret"),
            (OPEN, wallet / "link"),
            (OPEN, wallet / "pipe"),
            (OPEN, f"{wallet}-journal-not"),
            (OPEN, backup),
            (OPEN, node.folder / "debug.log"),
            (OPEN, node.datadir / "bitcoin.conf"),
            (OPEN, ""),
            (OPEN, "/"),
            (REMOVE_FILE, secret),
            (REMOVE_FILE, backup),
            (REMOVE_FOLDER, elsewhere),
            (MAKE_FOLDER, elsewhere / "other"),
            (99, granted),
        ]
        for action, path in refused:
            for flags in (os.O_RDONLY, WRITE):
                assert hostile.ask(action, path, flags) in (errno.EACCES, errno.EINVAL), path
        for rubbish in (b"x", b"\xff" * 12, b"\xff" * 4000, b"\0" * 4000):
            assert hostile.send(rubbish) in (errno.EACCES, errno.EINVAL)
        with contextlib.suppress(OSError):  # longer than any path: taken or not
            hostile.send(b"\0" * 100_000)
    assert secret.read_text() == "secret"
    assert node.rpc("getblockcount") == 0
