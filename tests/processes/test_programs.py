"""Programs of the user's that a wallet starts: -walletnotify and -signer."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpbitcoin.node.rpc import NoAnswer, RpcError
from tests.processes.node import Node, alive
from tests.waiting import wait_until

MakeNode = Callable[..., Node]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the programs run."""
    place = tmp_path / "here"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def hanging(folder: Path) -> Iterator[Path]:
    """A program that never ends; its process id is in a file beside it."""
    program = folder / "hanging"
    program.write_text(f"#!/bin/sh\necho $$ > {folder}/pid\nexec sleep 100000\n")
    program.chmod(0o755)
    yield program
    if (folder / "pid").exists() and alive(pid := process_of(program)):
        os.kill(pid, signal.SIGKILL)


def process_of(program: Path) -> int:
    """The program's process, once it runs."""
    file = program.parent / "pid"
    return int(wait_until(lambda: file.exists() and file.read_text().strip(), "the program"))


def pay(node: Node, wallet: str) -> None:
    """Let the wallet have a transaction to report."""
    node.rpc("generatetoaddress", 1, node.rpc("getnewaddress", wallet=wallet))


@pytest.fixture
def writer(folder: Path) -> Path:
    """A program that writes its first argument into a file, `name`."""
    program = folder / "writer"
    program.write_text('#!/bin/sh\nprintf "%s" "$1" > name.$$ && mv name.$$ name\n')
    program.chmod(0o755)
    return program


#: Names that the shell, or the regular expressions of Bitcoin Core's wallet, could interpret.
NAMES = [
    """$'"; touch pwn; #""",
    """'"; touch pwn; #""",
    "$`; touch pwn; '",
    "$& $$ $1 '",
    "$(touch pwn)",
    "`touch pwn`",
    "%w%w '; touch pwn; '%s",
    "100 % w",
    "new\nline",
    "plain",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_wallets_name_is_one_word_for_the_shell(
    make_node: MakeNode, folder: Path, writer: Path, name: str
) -> None:
    node = make_node(f"-walletnotify={writer} %w %s")
    node.rpc("createwallet", name)
    pay(node, name)
    wait_until((folder / "name").exists, "the program's word")
    assert (folder / "name").read_text() == name
    assert not (folder / "pwn").exists()


def test_names_are_quoted_for_what_is_found_while_loading(
    make_node: MakeNode, folder: Path, writer: Path
) -> None:
    node = make_node()
    node.rpc("createwallet", NAMES[0])
    address = node.rpc("getnewaddress", wallet=NAMES[0])
    node.rpc("unloadwallet", NAMES[0])
    node.rpc("generatetoaddress", 1, address)
    assert node.stop() == 0
    node.options += (f"-walletnotify={writer} %w %s",)
    node.start()
    node.rpc("loadwallet", NAMES[0])
    wait_until((folder / "name").exists, "the program's word")
    assert (folder / "name").read_text() == NAMES[0]
    assert not (folder / "pwn").exists()


@pytest.mark.parametrize("option", ["walletnotify", "blocknotify"])
def test_programs_inherit_no_descriptor(make_node: MakeNode, folder: Path, option: str) -> None:
    """Neither the wallet process's descriptors nor our own ones of the node."""
    listing = "ls -l /proc/self/fd > list.$$ && mv list.$$ list"
    node = make_node(f"-{option}={listing}", "-ipcbind=unix")
    node.rpc("createwallet", "w")
    pay(node, "w")
    wait_until((folder / "list").exists, "the program's list")
    lines = (folder / "list").read_text().splitlines()
    targets = [line.rsplit(" -> ", 1)[1] for line in lines if " -> " in line]
    assert len(targets) >= 3
    assert [target for target in targets if target.startswith("socket:")] == []
    if option == "walletnotify":
        # Three streams, and what `ls` itself has opened.
        assert len(targets) == 4


def test_a_hanging_notification_holds_up_nobody(make_node: MakeNode, hanging: Path) -> None:
    node = make_node(f"-walletnotify={hanging}")
    node.rpc("createwallet", "w")
    pay(node, "w")
    process_of(hanging)
    assert node.rpc("getwalletinfo", wallet="w")["walletname"] == "w"
    wallet = node.wallet_pid()
    assert node.stop() == 0
    assert not alive(wallet)


def test_a_hanging_signer_does_not_hold_up_the_end(make_node: MakeNode, hanging: Path) -> None:
    node = make_node(f"-signer={hanging}")
    failed: list[Exception] = []

    def create() -> None:
        try:
            node.rpc("createwallet", "s", True, True, "", False, True, False, True)
        except (NoAnswer, RpcError) as error:
            failed.append(error)

    call = threading.Thread(target=create)
    call.start()
    program = process_of(hanging)
    assert node.stop() == 0
    call.join()
    assert failed
    wait_until(lambda: not alive(program), "the program's end")


@pytest.mark.parametrize(
    "option", ["-nosigner", "-nowalletnotify", "-signer=", "-walletnotify=", "-signer=0"]
)
def test_no_program_keeps_the_fence(make_node: MakeNode, option: str) -> None:
    node = make_node(option)
    node.rpc("createwallet", "w")
    pay(node, "w")
    starts = option == "-signer=0"  # which is a program's name
    status = Path(f"/proc/{node.wallet_pid()}/status").read_text()
    assert f"Seccomp:\t{0 if starts else 2}" in status
    assert "runCommand error" not in node.log
