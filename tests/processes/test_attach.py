"""Wallet processes that join a running node by themselves: `bitcoin-wallet -ipcconnect`."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mpbitcoin.node.rpc import RpcError
from tests.processes.kernels import WITHOUT_OTHER_THREADS
from tests.processes.node import Node, alive, statuses
from tests.waiting import PATIENCE, wait_until

MakeNode = Callable[..., Node]
Join = Callable[..., subprocess.Popen[str]]

ATTACH = ("-walletprocess=attach", "-ipcbind=unix")


@pytest.fixture
def join() -> Iterator[Join]:
    """Starts `bitcoin-wallet -ipcconnect` for a node; what still runs ends with the test."""
    processes: list[subprocess.Popen[str]] = []

    def start(
        node: Node,
        address: str = "unix",
        *options: str,
        launcher: tuple[str, ...] = (),
    ) -> subprocess.Popen[str]:
        command = [str(node.executables / "bitcoin-wallet"), f"-ipcconnect={address}"]
        if not address.startswith("unix:/"):
            command += ["-regtest", f"-datadir={node.datadir}"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [*launcher, *command, *options], stdout=pipe, stderr=pipe, text=True
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def serves(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    """The process, once it has reported that it serves the wallets."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Serving the wallets"), process.communicate()
    return process


def fails(process: subprocess.Popen[str]) -> str:
    """The one line of error with which the process ends."""
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert out == ""
    [line] = err.splitlines()
    assert line.startswith("Error: ")
    return line


def leaves(process: subprocess.Popen[str], how: int = signal.SIGINT) -> None:
    """Interrupt the process and see it end well."""
    process.send_signal(how)
    assert process.wait(PATIENCE) == 0


def helps(node: Node) -> list[str]:
    """The help of each command, in the order of the list."""
    words = [line.split()[0] for line in node.rpc("help").splitlines() if line and line[0] != "="]
    return [node.rpc("help", word) for word in words]


def test_commands_without_a_wallet_process_say_what_to_start(make_node: MakeNode) -> None:
    node = make_node(*ATTACH)
    assert node.children() == []
    for command in ("getbalance", "listwallets", "createwallet", "loadwallet"):
        started = time.monotonic()
        with pytest.raises(RpcError, match="no wallet process") as caught:
            node.rpc(command)
        assert time.monotonic() - started < 5
        assert caught.value.code == -1
        assert caught.value.text.startswith("There is no wallet process. Start one: ")
        words = shlex.split(caught.value.text.partition("Start one: ")[2])
        assert words == ["bitcoin-wallet", f"-ipcconnect=unix:{node.folder}/node.sock"]
    assert "\ngetbalance\n" in node.rpc("help")
    assert "There is no wallet process now" in node.rpc("help", "getbalance")
    assert any(row[0] == "setban" for row in node.rpc("help", "dump_all_command_conversions"))
    assert node.stop() == 0


def test_the_command_that_starts_one_can_be_pasted(
    make_node: MakeNode, join: Join, tmp_path: Path
) -> None:
    node = make_node(*ATTACH, start=False)
    node.datadir = tmp_path / "it's a folder"
    node.datadir.mkdir()
    node.start()
    with pytest.raises(RpcError, match="no wallet process") as caught:
        node.rpc("getbalance")
    program, option = shlex.split(caught.value.text.partition("Start one: ")[2])
    assert program == "bitcoin-wallet"
    leaves(serves(join(node, option.removeprefix("-ipcconnect="))))
    assert node.stop() == 0


@pytest.mark.parametrize("address", ["unix", "auto", "unix:{}/regtest/node.sock"])
def test_a_process_joins_leaves_and_comes_back(
    make_node: MakeNode, join: Join, address: str
) -> None:
    node = make_node(*ATTACH)
    address = address.format(node.datadir)
    process = serves(join(node, address))
    node.rpc("createwallet", "w")
    node.rpc("createwallet", "other")
    node.rpc("unloadwallet", "other")
    target = node.rpc("getnewaddress")
    node.rpc("generatetoaddress", 101, target)
    leaves(process)
    with pytest.raises(RpcError, match="There is no wallet process"):
        node.rpc("getbalance")
    node.rpc("generatetoaddress", 1, target)
    process = serves(join(node, address))
    assert node.rpc("listwallets") == ["w"]
    assert node.rpc("getbalance") == 100
    leaves(process, signal.SIGTERM)
    assert node.rpc("getblockcount") == 102
    assert node.stop() == 0


def test_the_node_ends_before_the_process(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    process = serves(join(node))
    node.rpc("createwallet", "w", False, False, "", False, True, True)
    assert node.stop() == 0
    assert process.wait(PATIENCE) == 0
    assert "[bitcoin-wallet]" in node.log
    node.start()
    process = serves(join(node))
    assert node.rpc("listwallets") == ["w"]
    node.end()
    assert process.wait(PATIENCE) == 0


def test_killed_processes_are_followed_by_others(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    process = serves(join(node))
    node.rpc("createwallet", "w")
    for _ in range(3):
        process.kill()
        wait_until(lambda: says_none(node), "the node's notice")
        process = serves(join(node))
        assert node.rpc("listwallets") == ["w"]
    assert node.stop() == 0


def says_none(node: Node) -> bool:
    try:
        node.rpc("listwallets")
    except RpcError as error:
        return "There is no wallet process. Start one" in str(error)
    return False


def test_a_call_in_flight_ends_with_an_error(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    process = serves(join(node))
    node.rpc("createwallet", "w")
    process.send_signal(signal.SIGSTOP)
    answer: list[Any] = []

    def call() -> None:
        try:
            node.rpc("getbalance")
        except RpcError as error:
            answer.append(str(error))

    caller = threading.Thread(target=call)
    caller.start()
    time.sleep(0.2)
    assert node.rpc("getblockcount") == 0
    process.kill()
    caller.join(30)
    assert answer
    assert "wallet process" in answer[0]


def test_only_one_process_at_a_time(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    first = serves(join(node))
    assert "already has a wallet process" in fails(join(node))
    node.rpc("createwallet", "w")
    assert first.poll() is None


def test_a_node_with_its_own_process_takes_another_only_after_its_death(
    make_node: MakeNode, join: Join
) -> None:
    node = make_node("-ipcbind=unix")
    node.rpc("createwallet", "w")
    assert "already has a wallet process" in fails(join(node))
    node.wait_for_end(node.kill_wallet())
    process = serves(join(node))
    assert node.children() == []
    assert node.rpc("listwallets") == ["w"]
    leaves(process)
    assert node.rpc("listwallets") == ["w"]
    assert node.wallet_pid() > 0


def test_what_can_go_wrong_is_told_in_a_line(
    make_node: MakeNode, join: Join, tmp_path: Path
) -> None:
    node = make_node("-disablewallet", "-ipcbind=unix")
    assert "-disablewallet" in fails(join(node))
    assert "No node answers at" in fails(join(node, "unix:nowhere.sock"))
    assert "No node answers at" in fails(join(node, f"unix:{tmp_path}/none"))
    assert "Unrecognized address" in fails(join(node, "tcp:1"))
    assert "info is a command of the offline tool" in fails(join(node, "unix", "info"))
    assert "Invalid parameter -nonsense" in fails(join(node, "unix", "-nonsense"))
    assert node.stop() == 0
    assert "No node answers at" in fails(join(node, "auto"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-walletprocess=attach",), "needs -ipcbind"),
        (("-walletprocess=maybe",), "use spawn or attach"),
    ],
)
def test_the_nodes_option_is_checked(
    make_node: MakeNode, options: tuple[str, ...], said: str
) -> None:
    node = make_node(*options, start=False)
    done = subprocess.run(node.command(), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert said in done.stderr


def test_the_commands_are_those_of_a_spawned_process(make_node: MakeNode, join: Join) -> None:
    """The node's list of them, made before any process has come, is complete and right."""
    spawning, attaching = make_node(), make_node(*ATTACH)
    alone = attaching.rpc("help").splitlines()
    process = serves(join(attaching))  # which compares the arguments of each
    assert attaching.rpc("help") == spawning.rpc("help")
    assert [line.split()[:1] for line in spawning.rpc("help").splitlines()] == [
        line.split()[:1] for line in alone
    ]
    assert helps(attaching) == helps(spawning)
    attaching.rpc("createwallet", "w")
    leaves(process)


def test_a_joined_process_is_fenced_in_unless_told_otherwise(
    make_node: MakeNode, join: Join
) -> None:
    node = make_node(*ATTACH)
    for option, expected in (("-walletsandbox=1", "2"), ("-walletsandbox=0", "0")):
        process = serves(join(node, "unix", option))
        threads = statuses(process.pid)
        assert len(threads) > 1
        assert [thread for thread in threads if f"Seccomp:\t{expected}" not in thread] == []
        leaves(process)


def test_a_joined_process_may_have_linked_databases(
    make_node: MakeNode, join: Join, tmp_path: Path
) -> None:
    node = make_node(*ATTACH)
    process = serves(join(node))
    node.rpc("createwallet", "w")
    leaves(process)
    database, target = node.folder / "wallets" / "w" / "wallet.dat", tmp_path / "else" / "base"
    target.parent.mkdir()
    database.rename(target)
    database.symlink_to(target)
    process = serves(join(node))
    node.rpc("getnewaddress", wallet="w")
    assert {file.name for file in target.parent.iterdir()} <= {"base", "base-journal"}
    assert "Seccomp:\t2" in statuses(process.pid)[0]
    leaves(process)
    assert list(target.parent.iterdir()) == [target]


def test_both_sides_may_require_the_sandbox(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    leaves(serves(join(node, "unix", "-walletsandbox=require")))
    assert "Invalid -walletsandbox=maybe" in fails(join(node, "unix", "-walletsandbox=maybe"))
    assert node.stop() == 0
    node.options += ("-walletsandbox=require",)
    node.start()
    assert "node requires -walletsandbox=require" in fails(join(node, "unix", "-walletsandbox=0"))
    leaves(serves(join(node, "unix", "-walletsandbox=1")))


def test_a_joining_process_is_confined_before_it_starts_a_thread(
    make_node: MakeNode, join: Join
) -> None:
    node = make_node(*ATTACH)
    required = "-walletsandbox=require"
    process = serves(join(node, "unix", required, launcher=WITHOUT_OTHER_THREADS))
    threads = statuses(process.pid)
    assert [thread for thread in threads if "Seccomp_filters:\t2" not in thread] == []
    leaves(process)


def test_a_silent_node_is_left(executables: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "socket"))
        silent.listen()
        command = [str(executables / "bitcoin-wallet"), f"-ipcconnect=unix:{tmp_path}/socket"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    said = "Error: The node rejects the wallets: it has not answered for 30 seconds\n"
    assert done.stderr == said


def test_the_help_tells_of_it(executables: Path) -> None:
    command = [str(executables / "bitcoin-wallet"), "-help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "-ipcconnect=<address>" in said
    assert "createfromdump" in said


def test_joins_the_moment_the_node_has_started(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH, "-debug=ipc", start=False)
    with node.waiting_to_start():
        process = join(node)
        wait_until(lambda: "NodeInit.attachWallet" in node.log, "the process")
        # On one processor, the waiting thread continues before the starting one.
        for task in Path(f"/proc/{node.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), {min(os.sched_getaffinity(0))})
        os.sched_setscheduler(node.pid, os.SCHED_IDLE, os.sched_param(0))
    leaves(serves(process))
    assert node.stop() == 0


def test_interrupted_while_it_waits_for_a_stopped_node(make_node: MakeNode, join: Join) -> None:
    node = make_node(*ATTACH)
    os.kill(node.pid, signal.SIGSTOP)
    process = join(node)
    time.sleep(0.5)
    leaves(process)
    os.kill(node.pid, signal.SIGCONT)
    assert alive(node.pid)
    serves(join(node))
