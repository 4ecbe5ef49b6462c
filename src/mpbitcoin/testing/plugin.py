"""The pytest plugin: fixtures with real regtest nodes. See docs/testing.md."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from mpbitcoin.testing import RegtestNode, RegtestWallet

#: Lines of each debug.log in the report of a test that failed.
_LOG_LINES = 60
_NODES = pytest.StashKey[list[RegtestNode]]()


class NodeFactory(Protocol):
    """The type of the fixture `bitcoin_node_factory`."""

    def __call__(self, *options: str, listen: bool = False) -> RegtestNode:
        """Start a node with further options of bitcoin-node; `listen` for peers."""


@pytest.fixture
def bitcoin_node_options() -> Sequence[str]:
    """Options of bitcoin-node for each node of the test; override it with yours."""
    return ()


@pytest.fixture
def bitcoin_node_factory(
    request: pytest.FixtureRequest, tmp_path: Path, bitcoin_node_options: Sequence[str]
) -> Iterator[NodeFactory]:
    """Makes regtest nodes, ready for RPC and IPC, that end with the test.

    A node that crashed, or fails when it is stopped, fails the test.
    """
    nodes = request.node.stash.setdefault(_NODES, [])
    with ExitStack() as stack:

        def start(*options: str, listen: bool = False) -> RegtestNode:
            datadir = tmp_path / f"node{len(nodes)}"
            node = RegtestNode(datadir, [*bitcoin_node_options, *options], listen)
            nodes.append(node)
            stack.callback(_end, node)
            node.start()
            return node

        yield start


def _end(node: RegtestNode) -> None:
    try:
        status = node.stop()
    finally:
        node.close()
    if status != 0:
        pytest.fail(f"bitcoin-node in {node.datadir} ended with status {status}: {node.output}")


@pytest.fixture
def bitcoin_node(bitcoin_node_factory: NodeFactory) -> RegtestNode:
    """A regtest node, ready for RPC and IPC, with only the genesis block."""
    return bitcoin_node_factory()


@pytest.fixture
def bitcoin_wallet(bitcoin_node: RegtestNode) -> RegtestWallet:
    """A wallet of `bitcoin_node` with 50 coins that can be spent; 101 blocks are mined."""
    return RegtestWallet.create(bitcoin_node, "wallet")


@pytest.fixture
def mine(bitcoin_node: RegtestNode) -> Callable[..., list[str]]:
    """`mine(n=1, to=address)`: mines blocks on `bitcoin_node` and returns their hashes."""
    return bitcoin_node.mine


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the end of each node's debug.log with a failure."""
    report = yield
    if report.failed:
        for node in item.stash.get(_NODES, []):
            title = f"debug.log of {node.datadir.name} ({node.folder / 'debug.log'})"
            report.sections.append((title, node.log(_LOG_LINES) or node.output or "(none)"))
    return report
