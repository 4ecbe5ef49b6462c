"""A program in the place of bitcoin-wallet.

It starts while the process is like any other: a wallet process that has read its configuration
shows nothing of itself to other processes of its user.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tests.processes.node import Node

#: A substitute in Python that becomes the real program.
_BECOME = "#!/usr/bin/env python3\nimport os, sys\n{body}\nos.execv({wallet!r}, sys.argv)\n"


@contextmanager
def substitute(node: Node, program: str) -> Iterator[None]:
    """Within the block, the node is started with another text as its bitcoin-wallet."""
    real, folder = node.executables, node.datadir / "programs"
    folder.mkdir()
    # A node looks for the program beside its own file: a link would not do.
    shutil.copy2(real / "bitcoin-node", folder)
    wallet = folder / "bitcoin-wallet"
    wallet.write_text(program)
    wallet.chmod(0o755)
    node.executables = folder
    try:
        yield
    finally:
        node.executables = real


@contextmanager
def before_wallet(node: Node, body: str) -> Iterator[None]:
    """Within the block, the node's wallet process first executes some Python."""
    wallet = str(node.executables / "bitcoin-wallet")
    with substitute(node, _BECOME.format(body=body, wallet=wallet)):
        yield
