"""Fixtures of the tests of the split: real nodes and wallet processes on regtest.

The executables are those of `--executables`, by default of the build folder `build`.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpbitcoin import paths
from tests.processes.node import Node


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--executables",
        type=Path,
        default=paths.PROJECT / "build" / "bin",
        help="folder of bitcoin-node and bitcoin-wallet",
    )


@pytest.fixture(scope="session")
def executables(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.config.getoption("--executables")
    assert (folder / "bitcoin-node").is_file(), f"build first: no bitcoin-node in {folder}"
    return folder.resolve()


@pytest.fixture(scope="session")
def bitcoin_tree(executables: Path) -> Path:
    """The Bitcoin Core tree that the executables were built from."""
    cache = (executables.parent / "CMakeCache.txt").read_text(encoding="utf-8")
    found = re.search(r"^BitcoinCore_SOURCE_DIR:STATIC=(.*)$", cache, re.MULTILINE)
    assert found is not None
    return Path(found[1])


@pytest.fixture
def make_node(executables: Path, tmp_path: Path) -> Iterator[Callable[..., Node]]:
    """Makes nodes that are started with the given options; they end with the test."""
    nodes: list[Node] = []

    def make(*options: str, start: bool = True) -> Node:
        node = Node(executables, tmp_path / f"node{len(nodes)}", options)
        nodes.append(node)
        if start:
            node.start()
        return node

    yield make
    for node in nodes:
        for pid in node.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        node.end()


@pytest.fixture
def node(make_node: Callable[..., Node]) -> Node:
    """A running node; its wallet process has one wallet, `w`, loaded at start, with 101 blocks."""
    node = make_node("-debug=ipc")
    node.rpc("createwallet", "w", False, False, "", False, True, True)
    node.rpc("generatetoaddress", 101, node.rpc("getnewaddress"))
    return node
