"""What a regtest node is before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin.errors import RunError
from mpbitcoin.node.regtest import RegtestNode


def test_the_socket_is_where_bitcoin_core_puts_it(tmp_path: Path) -> None:
    node = RegtestNode(tmp_path / "n")
    assert node.socket == tmp_path / "n" / "regtest" / "node.sock"
    node.close()


def test_a_long_path_gets_a_short_socket_that_goes_with_the_node(tmp_path: Path) -> None:
    node = RegtestNode(tmp_path / ("n" * 100))
    assert len(str(node.socket)) < 104
    assert node.socket.parent.is_dir()
    node.close()
    assert not node.socket.parent.exists()


def test_a_node_that_does_not_run(tmp_path: Path) -> None:
    node = RegtestNode(tmp_path)
    assert not node.running
    assert node.log() == node.output == ""
    assert node.stop() == 0
    with pytest.raises(RunError, match="is not running"):
        _ = node.pid
    with pytest.raises(RunError, match="does not listen for connections") as refused:
        node.connect(node)
    assert refused.value.hint == "listen=True"
    node.close()
