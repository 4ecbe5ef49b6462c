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
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin.node.rpc import RpcError
from tests.processes.node import Node
from tests.processes.substitute import before_wallet
from tests.waiting import PATIENCE

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
    """A link in the wallet directory makes the process inspect its target."""
    target = elsewhere if place == "outside" else node.folder / "elsewhere"
    wallets = node.folder / "wallets"
    node.rpc("createwallet", "closed")
    node.rpc("unloadwallet", "closed")
    shutil.move(wallets / "closed", target / "closed")
    (wallets / "link").symlink_to(target / "closed")
    listed = [entry["name"] for entry in node.rpc("listwalletdir")["wallets"]]
    assert listed == ["w"]
    assert f"The wallet process may not use {target}/closed/wallet.dat" in node.log
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
    assert "The wallet process may not use" not in node.log


def link_database(node: Node, name: str, target: Path) -> None:
    """Move the database of a wallet that is not loaded, and leave a link."""
    database = node.folder / "wallets" / name / "wallet.dat"
    shutil.move(database, target)
    database.symlink_to(target)


def uses_a_linked_database(node: Node, name: str, target: Path) -> bool:
    """Whether the wallet reads and writes, with a journal beside the database."""
    node.rpc("getnewaddress", wallet=name)
    assert {file.name for file in target.parent.iterdir()} == {
        target.name,
        f"{target.name}-journal",
    }
    assert "The wallet process may not use" not in node.log
    return fenced_in(node)


def test_a_database_may_be_a_link(node: Node, elsewhere: Path) -> None:
    node.rpc("createwallet", "linked")
    node.rpc("unloadwallet", "linked")
    target = elsewhere / "database"
    link_database(node, "linked", target)
    node.rpc("loadwallet", "linked")
    assert uses_a_linked_database(node, "linked", target)
    node.wait_for_end(node.kill_wallet())
    assert uses_a_linked_database(node, "linked", target)


@pytest.mark.parametrize("named", [True, False])
def test_linked_databases_that_were_there_before(
    make_node: MakeNode, elsewhere: Path, named: bool
) -> None:
    node = make_node()
    node.rpc("createwallet", "linked")
    assert node.stop() == 0
    target = elsewhere / "database"
    link_database(node, "linked", target)
    if named:
        node.options += ("-wallet=linked",)
    node.start()
    assert [entry["name"] for entry in node.rpc("listwalletdir")["wallets"]] == ["linked"]
    if not named:
        node.rpc("loadwallet", "linked")
    assert uses_a_linked_database(node, "linked", target)


def test_a_wallet_elsewhere_whose_database_is_a_link(node: Node, elsewhere: Path) -> None:
    wallet, target = elsewhere / "wallet", elsewhere / "data" / "base"
    target.parent.mkdir()
    node.rpc("createwallet", str(wallet))
    node.rpc("unloadwallet", str(wallet))
    shutil.move(wallet / "wallet.dat", target)
    (wallet / "wallet.dat").symlink_to(target)
    node.rpc("loadwallet", str(wallet))
    assert uses_a_linked_database(node, str(wallet), target)


@pytest.mark.parametrize("name", ["", ":memory:"])
def test_a_backup_without_a_file_is_refused(node: Node, name: str) -> None:
    with pytest.raises(RpcError, match=r"backup failed! .* is not a file name") as caught:
        node.rpc("backupwallet", name)
    assert caught.value.code == -4


#: Actions of src/sandbox/file_requests.h.
OPEN, MAKE_FOLDER, REMOVE_FILE, REMOVE_FOLDER, RENAME = range(5)
WRITE = os.O_RDWR | os.O_CREAT


#: Python that sends the descriptor of the socket for files to an address.
_HAND_OVER = """\
import socket
number = int(sys.argv[sys.argv.index("-filesfd") + 1])
with socket.socket(socket.AF_UNIX) as receiver:
    receiver.connect({address!r})
    socket.send_fds(receiver, [b"x"], [number])
"""


class HostileWallet:
    """Asks a node for files on the socket of its wallet process, as that might if it had been
    taken over. Starts the node, whose wallet process hands over the socket before it does more."""

    def __init__(self, node: Node) -> None:
        with socket.socket(socket.AF_UNIX) as receiver:
            receiver.bind("")  # the system chooses an abstract address
            receiver.listen()
            with before_wallet(node, _HAND_OVER.format(address=receiver.getsockname())):
                node.start()
            with receiver.accept()[0] as sender:
                [taken] = socket.recv_fds(sender, 1, 1)[1]
        self.socket = socket.socket(fileno=taken)
        #: The files that were opened for it, by the numbers of their inodes.
        self.opened: set[int] = set()

    def __enter__(self) -> HostileWallet:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def take_over(self) -> None:
        """Ask from now on. The wallet process, which has the same socket, cannot ask any more."""
        self.socket.settimeout(PATIENCE)

    def send(self, message: bytes) -> int:
        """Send a request as it is; the error of the answer, 0 if it was granted."""
        self.socket.send(message)
        answer, descriptors, _, _ = socket.recv_fds(self.socket, 4, 1)
        for descriptor in descriptors:
            self.opened.add(os.fstat(descriptor).st_ino)
            os.close(descriptor)
        error = int(struct.unpack("=i", answer)[0])
        assert not error or not descriptors
        return error

    def ask(self, action: int, path: Path | str, flags: int = 0) -> int:
        return self.send(struct.pack("=IiI", action, flags, 0o600) + str(path).encode())

    def rename(self, old: Path, new: Path) -> int:
        return self.ask(RENAME, f"{old}\0{new}")


def test_a_hostile_wallet_process_gets_no_more_than_was_named(
    make_node: MakeNode, elsewhere: Path
) -> None:
    node = make_node(start=False)
    with HostileWallet(node) as hostile:
        wallet, backup, secret = elsewhere / "wallet", elsewhere / "w.bak", elsewhere / "secret"
        secret.write_text("secret")
        node.rpc("createwallet", str(wallet))
        node.rpc("backupwallet", str(backup))
        node.rpc("restorewallet", "again", str(backup))
        (wallet / "link").symlink_to(secret)
        os.mkfifo(wallet / "pipe")
        hostile.take_over()
        granted = wallet / "wallet.dat"
        assert hostile.ask(OPEN, granted, WRITE) == 0
        assert hostile.ask(OPEN, wallet / "new", WRITE) == 0
        assert hostile.ask(REMOVE_FILE, wallet / "new") == 0
        assert hostile.ask(MAKE_FOLDER, wallet / "folder") == 0
        assert hostile.ask(REMOVE_FOLDER, wallet / "folder") == 0
        assert hostile.ask(OPEN, wallet / "old", WRITE) == 0
        assert hostile.rename(wallet / "old", wallet / "new") == 0
        assert (wallet / "new").exists()
        assert not (wallet / "old").exists()
        assert hostile.rename(wallet / "new", elsewhere / "new") == errno.EACCES
        assert hostile.rename(secret, wallet / "secret") == errno.EACCES

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
            (RENAME, wallet / "wallet.dat"),
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
        assert hostile.ask(REMOVE_FILE, wallet / "link") == 0
    assert secret.read_text() == "secret"
    assert node.rpc("getblockcount") == 0


def test_a_folder_that_becomes_a_link_is_not_followed(make_node: MakeNode, elsewhere: Path) -> None:
    """Whatever a folder on the way is exchanged for, at any moment."""
    node = make_node(start=False)
    with HostileWallet(node) as hostile:
        wallet, secret = elsewhere / "wallet", elsewhere / "secret"
        node.rpc("createwallet", str(wallet))
        link, folder = wallet / "link", wallet / "folder"
        for place in (secret, folder):
            place.mkdir()
            (place / "file").write_text(place.name)
        link.symlink_to(secret)
        ended = threading.Event()

        def exchange() -> None:
            libc = ctypes.CDLL(None)
            names = [os.fsencode(name) for name in (link, folder)]
            while not ended.is_set():
                libc.renameat2(-100, names[0], -100, names[1], 2)  # AT_FDCWD, RENAME_EXCHANGE

        thread = threading.Thread(target=exchange)
        hostile.take_over()
        thread.start()
        granted = [hostile.ask(OPEN, folder / "file") for _ in range(20_000)].count(0)
        ended.set()
        thread.join()
    assert granted > 0
    assert (secret / "file").stat().st_ino not in hostile.opened
