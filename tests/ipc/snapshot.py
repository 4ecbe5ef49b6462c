"""Makes a snapshot of the coins that regtest accepts, and its blocks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mpbitcoin.node.regtest import RegtestNode

#: The chain of Bitcoin Core's unit tests. Regtest accepts a snapshot of its coins at this height.
_HEIGHT = 110
_BEGIN = 1598887952
#: Bytes of a header.
_HEADER = 80
_KEY = "pk(0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798)"


@dataclass(frozen=True)
class Snapshot:
    """A file for `loadtxoutset`, and the blocks up to its own: the node needs their headers."""

    file: Path
    blocks: tuple[str, ...]

    @classmethod
    def make(cls, folder: Path, programs: Path) -> Snapshot:
        """Mine the chain with a node in `folder`."""
        with RegtestNode(folder, ["-disablewallet"], bin=programs) as node:
            output = node.rpc("getdescriptorinfo", _KEY)["descriptor"]
            for second in range(_HEIGHT):
                node.rpc("setmocktime", _BEGIN + second)
                node.rpc("generatetodescriptor", 1, output)
            hashes = [node.rpc("getblockhash", height + 1) for height in range(_HEIGHT)]
            blocks = tuple(node.rpc("getblock", each, 0) for each in hashes)
            file = folder / "coins"
            node.rpc("dumptxoutset", str(file), "latest")
            return cls(file, blocks)

    def announce(self, node: RegtestNode) -> None:
        """Submit the headers to a node."""
        for block in self.blocks:
            node.rpc("submitheader", block[: 2 * _HEADER])
