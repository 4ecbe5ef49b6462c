"""Nodes found by the lock of their data directory."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mpbitcoin.datadir import CHAINS
from mpbitcoin.errors import RunError
from mpbitcoin.node.daemon import Daemon

_HOLD = """
import fcntl, sys
held = open(sys.argv[1], "w")
fcntl.lockf(held, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(("chain", "folder"), CHAINS.items())
def test_the_process_that_holds_the_lock_is_the_node(
    chain: str, folder: str, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, chain)
    assert daemon.pid() is None
    lock = tmp_path / folder / ".lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    assert daemon.pid() is None, "the file of a node that has ended"
    command = [sys.executable, "-c", _HOLD, str(lock)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert daemon.pid() == holder.pid
    assert daemon.pid() is None


def test_no_node_to_stop(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no node is running on signet"):
        Daemon(tmp_path, "signet").stop(1)
    assert not Daemon(tmp_path, "signet").status().running


def test_looking_does_not_take_the_lock(tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    assert Daemon(tmp_path, "main").pid() is None
    with (tmp_path / ".lock").open("w") as held:
        fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        assert Daemon(tmp_path, "main").pid() is None, "our own lock is no other's"
    assert os.listdir(tmp_path) == [".lock"]


def test_without_a_node_there_is_nothing_to_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bitcoin-cli").touch(mode=0o755)
    monkeypatch.setenv("MPBITCOIN_BIN", str(tmp_path))
    daemon = Daemon(tmp_path / "a place", "regtest")
    with pytest.raises(RunError, match="no node is running on regtest") as refused:
        daemon.cli_command(["getblockcount"])
    place = f"'--datadir={tmp_path / 'a place'}' --chain=regtest"
    assert refused.value.hint == f"start one with `mpbitcoin node start {place}`"
    for words in (["--help"], ["-version"], ["-rpcwait", "getblockcount"]):
        assert daemon.cli_command(words)[-len(words) :] == words
