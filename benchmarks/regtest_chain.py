"""The chain and the wallets of the split's benchmark, created once for both sides.

Filler transactions spend outputs that anyone can spend, so that no wallet has to sign them.
Every block from FIRST on holds TRANSACTIONS of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regtest_node import Node, Rpc

#: Wallet with COINS coins; loaded at start.
COINS_WALLET, COINS = "coins", 1_000
#: The wallets that receive the connected blocks; not loaded at start.
WALLETS = tuple(f"w{number}" for number in range(10))
#: Its descriptor is what the rescans look for: one transaction in every HIT_EVERY blocks.
HITS_WALLET, HIT_EVERY = "hits", 10
TRANSACTIONS = 20
FIRST = 102
_ANYONE = b"\x51"
_CARRIED = 10_000_000
_PAID = 1_000
_COIN = 100_000_000


@dataclass(frozen=True)
class Chain:
    """A data directory to copy, with its prepared blocks and requests."""

    datadir: Path
    height: int
    #: Blocks on top of it, as hex, not connected yet.
    extension: list[str]
    #: Requests of importdescriptors: of a wallet with transactions in the chain, of one without.
    found: list[dict[str, Any]]
    missed: list[dict[str, Any]]


@dataclass
class _Filler:
    """Makes the filler transactions, each of which spends an output of an earlier one."""

    outputs: list[tuple[bytes, int, int]] = field(default_factory=list)  # txid, index, value

    def split(self, source: tuple[bytes, int, int], extra: list[tuple[int, bytes]]) -> bytes:
        """Spend `source` for the first outputs to carry on, and for `extra`."""
        carried = [(_CARRIED, _ANYONE)] * TRANSACTIONS
        raw, txid = _transaction(source, carried + extra)
        self.outputs = [(txid, index, _CARRIED) for index in range(TRANSACTIONS)]
        return raw

    def block(self, paid: bytes | None) -> list[str]:
        """One block's transactions; the first one pays to the script `paid`, if given."""
        made = []
        for index, source in enumerate(self.outputs):
            script = paid if paid and index == 0 else b"\x00\x14" + os.urandom(20)
            left = source[2] - _PAID
            raw, txid = _transaction(source, [(left, _ANYONE), (_PAID, script)])
            self.outputs[index] = (txid, 0, left)
            made.append(raw.hex())
        return made


def _transaction(
    source: tuple[bytes, int, int], outputs: list[tuple[int, bytes]]
) -> tuple[bytes, bytes]:
    """A transaction that needs no signature, and its id in the order of the wire."""
    raw = struct.pack("<iB", 2, 1) + source[0] + struct.pack("<IB", source[1], 0) + b"\xff" * 4
    count = len(outputs)
    raw += struct.pack("<B", count) if count < 253 else struct.pack("<BH", 253, count)
    for value, script in outputs:
        raw += struct.pack("<qB", value, len(script)) + script
    raw += struct.pack("<I", 0)
    return raw, hashlib.sha256(hashlib.sha256(raw).digest()).digest()


def prepare(program: Path, folder: Path, blocks: int, extension: int) -> Chain:
    """Make the chain: `blocks` with transactions, and `extension` more to be connected."""
    folder.mkdir()
    node = Node(program, folder, ("-persistmempool=0",))
    node.start()
    try:
        with contextlib.closing(node.connect()) as rpc:
            return _prepare(node, rpc, blocks, extension)
    finally:
        node.kill()


def _prepare(node: Node, rpc: Rpc, blocks: int, extension: int) -> Chain:
    for wallet in (COINS_WALLET, HITS_WALLET, *WALLETS):
        rpc("createwallet", wallet)
    anyone = rpc("getdescriptorinfo", "raw(51)")["descriptor"]
    [first, *_] = rpc("generatetodescriptor", FIRST - 2, anyone)
    coinbase = rpc("getblock", first)["tx"][0]
    filler = _Filler()
    coins = [(_COIN // 25, script) for script in _scripts(rpc, COINS_WALLET, COINS)]
    source = (bytes.fromhex(coinbase)[::-1], 0, 50 * _COIN)
    rpc("generateblock", anyone, [filler.split(source, coins).hex()])
    hits = _scripts(rpc, HITS_WALLET, 20)
    for number in range(blocks):
        paid = hits[number % len(hits)] if number % HIT_EVERY == 0 else None
        rpc("generateblock", anyone, filler.block(paid))
    found, missed = _import(rpc, HITS_WALLET), _import(rpc, WALLETS[0])
    takers = [_scripts(rpc, wallet, 1)[0] for wallet in WALLETS]
    height = rpc("getblockcount")
    node.stop()
    made = _extension(node, anyone, filler, takers, extension)
    return Chain(node.datadir, height, made, found, missed)


def _extension(
    node: Node, anyone: str, filler: _Filler, takers: list[bytes], count: int
) -> list[str]:
    """Blocks on top of the chain, made in a copy of it."""
    copy = Node(node.program, node.datadir.with_name(f"{node.datadir.name}-extended"))
    shutil.copytree(node.datadir, copy.datadir)
    copy.start()
    try:
        with contextlib.closing(copy.connect()) as rpc:
            made = []
            for number in range(count):
                transactions = filler.block(takers[number % len(takers)])
                made.append(rpc("generateblock", anyone, transactions, False)["hex"])
                rpc("submitblock", made[-1])
            return made
    finally:
        copy.kill()
        shutil.rmtree(copy.datadir)


def _scripts(rpc: Rpc, wallet: str, count: int) -> list[bytes]:
    """Output scripts of new addresses."""
    addresses = [rpc("getnewaddress", wallet=wallet) for _ in range(count)]
    return [
        bytes.fromhex(rpc("getaddressinfo", address, wallet=wallet)["scriptPubKey"])
        for address in addresses
    ]


def _import(rpc: Rpc, wallet: str) -> list[dict[str, Any]]:
    """The request by which another wallet looks for this one's coins."""
    known = rpc("listdescriptors", wallet=wallet)["descriptors"]
    [descriptor] = [
        entry["desc"]
        for entry in known
        if entry["desc"].startswith("wpkh(") and not entry["internal"]
    ]
    return [{"desc": descriptor, "timestamp": 0, "range": [0, 99]}]
