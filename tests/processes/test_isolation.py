"""What each executable holds, and what the wallet process gave up."""

from __future__ import annotations

import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin.paths import PROJECT
from tests.processes.kernels import WITHOUT_LANDLOCK, WITHOUT_OTHER_THREADS
from tests.processes.node import Node, statuses
from tests.processes.substitute import before_wallet
from tests.waiting import PATIENCE

MakeNode = Callable[..., Node]

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


def test_all_threads_are_confined(node: Node) -> None:
    threads = statuses(node.wallet_pid())
    assert len(threads) > 1
    assert [thread for thread in threads if "Seccomp:\t2" not in thread] == []


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


#: The C library's functions that open, make, move or remove files by their path.
FILES = {
    *("open", "open64", "openat", "openat64", "openat2", "creat", "creat64"),
    *("__open_2", "__open64_2", "__openat_2", "__openat64_2"),
    *("fopen", "fopen64", "freopen", "freopen64", "opendir", "scandir", "scandir64"),
    *("mkdir", "mkdirat", "rename", "renameat", "renameat2"),
    *("unlink", "unlinkat", "rmdir", "remove"),
    *("mkstemp", "mkstemp64", "mkostemp", "mkostemp64", "mkdtemp", "tmpfile", "tmpfile64"),
}


def test_all_ways_to_a_file_are_served(executables: Path) -> None:
    """None of them is the C library's own: code compiled with _FORTIFY_SOURCE takes other ones."""
    nm = shutil.which("nm")
    assert nm is not None, "nm (binutils) is needed"
    table = subprocess.run(
        [nm, "--dynamic", "--without-symbol-versions", str(executables / "bitcoin-wallet")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    symbols = [line.split()[-2:] for line in table.splitlines()]
    assert sorted(name for kind, name in symbols if kind == "U" and name in FILES) == []
    ours = {name for kind, name in symbols if kind in "TW" and name in FILES}
    assert {"open64", "__open64_2", "fopen64", "creat", "rename", "mkdir", "unlink"} <= ours


def refuses_to_start(node: Node) -> str:
    """The errors of a node that does not start."""
    done = subprocess.run(
        node.command(), capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 1
    return done.stderr


def test_a_sandbox_can_be_required(make_node: MakeNode) -> None:
    node = make_node("-walletsandbox=require")
    node.rpc("createwallet", "w")
    assert "Seccomp:\t2" in Path(f"/proc/{node.wallet_pid()}/status").read_text()
    assert "Missing" not in node.log


def test_it_is_confined_before_it_starts_a_thread(make_node: MakeNode) -> None:
    """None of its threads is confined by another one, and all are confined."""
    node = make_node("-walletsandbox=require", start=False)
    node.launcher = WITHOUT_OTHER_THREADS
    node.start()
    threads = statuses(node.wallet_pid())
    assert len(threads) > 1
    # The test's filter and the process's own one.
    assert [thread for thread in threads if "Seccomp_filters:\t2" not in thread] == []
    assert "Missing" not in node.log


def test_a_required_sandbox_that_cannot_be_had(make_node: MakeNode) -> None:
    required = make_node("-walletsandbox=require", start=False)
    required.launcher = WITHOUT_LANDLOCK
    said = refuses_to_start(required)
    assert "-walletsandbox=require, but the sandbox is incomplete: Landlock: not supported" in said
    wanted = make_node("-walletsandbox=1", "-server=0", start=False)
    wanted.launcher = WITHOUT_LANDLOCK
    subprocess.run([*wanted.command(), "-stopafterblockimport"], check=True)
    assert "Missing: Landlock: not supported by this kernel" in wanted.log


def test_a_required_sandbox_and_programs_exclude_each_other(make_node: MakeNode) -> None:
    node = make_node("-walletsandbox=require", "-walletnotify=true", start=False)
    assert "sandbox is incomplete: files and network stay open" in refuses_to_start(node)


def test_other_values_are_refused(make_node: MakeNode) -> None:
    node = make_node("-walletsandbox=yes", start=False)
    assert "Invalid -walletsandbox=yes: use 0, 1 or require." in refuses_to_start(node)


def memory(pid: int) -> bytes:
    """What a process has in its memory and may write."""
    content = b""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as file:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if rights.startswith("rw"):
                begin, end = (int(word, 16) for word in span.split("-"))
                file.seek(begin)
                content += file.read(end - begin)
    return content


def test_the_wallet_process_has_no_passwords(make_node: MakeNode) -> None:
    rpc, tor, file = (f"{word}-{secrets.token_hex(8)}" for word in ("rpc", "tor", "file"))
    node = make_node(
        # A process that is closed to debuggers shows its memory to root alone.
        "-walletsandbox=0",
        f"-rpcauth=user:0123${rpc}",
        f"-torpassword={tor}",
        "-fallbackfee=0.00012345",
        start=False,
    )
    config = f"[regtest]\nrpcauth=other:0123${file}\n"
    (node.datadir / "bitcoin.conf").write_text(config)
    node.start()
    node.rpc("createwallet", "w")
    content = memory(node.wallet_pid())
    assert b"0.00012345" in content
    assert [secret for secret in (rpc, tor, file) if secret.encode() in content] == []


def test_wallets_may_see_what_wallet_code_reads(bitcoin_tree: Path) -> None:
    """The node's list of settings for the wallet process has what the tree's wallets ask for."""
    source = PROJECT / "src" / "executables" / "node" / "configuration.cpp"
    listed = set(re.findall(r'^    "(\w+)",$', source.read_text(), re.MULTILINE))
    calls = re.compile(r'(?:Get\w*Arg|GetArgs|IsArg\w+|GetSettings\w*)\("-?(\w+)"')
    code = [
        *(bitcoin_tree / "src" / "wallet").rglob("*.cpp"),
        *(bitcoin_tree / "src" / name for name in ("chainparams.cpp", "rpc/util.cpp")),
    ]
    # Those of the node's start and of the offline tool.
    others = ("init.cpp", "wallettool.cpp", "dump.cpp")
    asked = {
        name
        for file in code
        if file.name not in others and "test" not in file.parts
        for name in calls.findall(file.read_text())
    }
    assert len(asked) > 20
    assert asked - listed == set()


def start_wallet_process(executables: Path, ours: socket.socket, theirs: socket.socket) -> str:
    """Start a wallet process that gets nothing more from us, and see it end; its errors."""
    number = theirs.fileno()
    command = [str(executables / "bitcoin-wallet"), "-ipcfd", str(number)]
    process = subprocess.Popen(command, pass_fds=(number,), stderr=subprocess.PIPE, text=True)
    ours.close()
    theirs.close()
    said: str = process.communicate(timeout=PATIENCE)[1]
    assert process.returncode == bool(said)
    return said


def test_a_wallet_process_without_a_configuration_ends(executables: Path) -> None:
    ours, theirs = socket.socketpair()
    assert start_wallet_process(executables, ours, theirs) == ""
    ours, theirs = socket.socketpair()
    ours.sendall(bytes.fromhex("00 00 00 00 ff ff ff 7f"))  # a segment of 16 GiB
    said = start_wallet_process(executables, ours, theirs)
    assert said.startswith("Error: invalid configuration of a wallet process: ")


#: Python that writes what the descriptors of its process are, without those of its own.
_DESCRIPTORS = """\
found = []
for number in os.listdir("/proc/self/fd"):
    try:
        found.append(os.readlink("/proc/self/fd/" + number))
    except FileNotFoundError:
        pass
with open({file!r}, "w") as file:
    file.write("\\n".join(found))
"""


def test_nothing_of_the_node_is_inherited(make_node: MakeNode, tmp_path: Path) -> None:
    """Three standard streams and two sockets are what the process was started with."""
    node = make_node(start=False)
    with before_wallet(node, _DESCRIPTORS.format(file=str(tmp_path / "descriptors"))):
        node.start()
    descriptors = (tmp_path / "descriptors").read_text().splitlines()
    assert len(descriptors) == 5
    assert sum(each.startswith("socket:") for each in descriptors) == 2
    assert not [each for each in descriptors if each.startswith(str(node.folder))]
