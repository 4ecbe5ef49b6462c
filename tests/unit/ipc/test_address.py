from __future__ import annotations

import socket
from pathlib import Path

import pytest

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.address import connect_socket, socket_path
from mpbitcoin.ipc.errors import ConnectionRefused


@pytest.mark.parametrize(
    ("address", "chain", "path"),
    [
        ("unix", "main", "/d/node.sock"),
        ("unix", "regtest", "/d/regtest/node.sock"),
        ("unix", "test", "/d/testnet3/node.sock"),
        ("unix:other.sock", "signet", "/d/signet/other.sock"),
        ("unix:/run/node.sock", "regtest", "/run/node.sock"),
    ],
)
def test_where_the_socket_is(address: str, chain: str, path: str) -> None:
    assert socket_path(address, datadir="/d", chain=chain) == Path(path)


@pytest.mark.parametrize(
    ("address", "chain"), [("tcp:1", "main"), ("unix", "moon"), ("unix:" + "x" * 120, "main")]
)
def test_what_is_no_address(address: str, chain: str) -> None:
    with pytest.raises(UsageError):
        socket_path(address, datadir="/d", chain=chain)


def test_each_refusal_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConnectionRefused) as missing:
        connect_socket(tmp_path / "s", 30)
    assert "-ipcbind=unix" in missing.value.hint
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "s"))
    with pytest.raises(ConnectionRefused) as dead:
        connect_socket(tmp_path / "s", 30)
    assert "start it again" in dead.value.hint


def test_a_socket_of_another_chain_is_pointed_to(tmp_path: Path) -> None:
    (tmp_path / "regtest").mkdir()
    with socket.socket(socket.AF_UNIX) as there:
        there.bind(str(tmp_path / "regtest" / "node.sock"))
        for chain in ("main", "signet"):
            with pytest.raises(ConnectionRefused) as missing:
                connect_socket(socket_path(datadir=tmp_path, chain=chain), 30)
            assert missing.value.hint == "there is a socket of regtest: pass that chain"


def test_a_file_that_is_no_socket(tmp_path: Path) -> None:
    (tmp_path / "s").touch()
    with pytest.raises(ConnectionRefused, match="Connection refused") as wrong:
        connect_socket(tmp_path / "s", 30)
    assert "not a socket" in wrong.value.hint
