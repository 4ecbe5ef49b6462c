"""Mines blocks on a test chain: enough work for regtest, in one thread."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mpbitcoin.ipc import native
from mpbitcoin.ipc.errors import IpcError
from mpbitcoin.ipc.values import BlockHash

if TYPE_CHECKING:
    from mpbitcoin.ipc._generated.core.interfaces import Mining
    from mpbitcoin.ipc._generated.core.types import CoinbaseTx
    from mpbitcoin.ipc.session import Session

#: The script that anybody can spend: OP_TRUE.
ANYONE = b"\x51"
#: Number of nonces to try: on regtest every second one is valid.
TRIES = 2**20
#: A header before its nonce: version, previous block, Merkle root, time, bits.
_HEADER = struct.Struct("<I32s32sII")


@dataclass(frozen=True, slots=True)
class Solution:
    """Arguments of `BlockTemplate.submit_solution`, and the hash of the block."""

    version: int
    timestamp: int
    nonce: int
    coinbase: bytes
    hash: BlockHash


def _double_sha256(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def _compact(number: int) -> bytes:
    """A number in the encoding of lengths and counts in transactions."""
    if number < 0xFD:
        return bytes([number])
    return b"\xfd" + struct.pack("<H", number)


def coinbase(wanted: CoinbaseTx, script: bytes) -> tuple[bytes, bytes]:
    """The coinbase transaction that pays to `script`, with and without its witness."""
    signature = wanted.script_sig_prefix
    if len(signature) < 2:
        signature += b"\x00"
    spent = b"\x00" * 32 + b"\xff" * 4 + _compact(len(signature)) + signature
    first = struct.pack("<q", wanted.block_reward_remaining) + _compact(len(script)) + script
    outputs = [first, *wanted.required_outputs]
    body = b"\x01" + spent + struct.pack("<I", wanted.sequence)
    body += _compact(len(outputs)) + b"".join(outputs)
    version, end = struct.pack("<I", wanted.version), struct.pack("<I", wanted.lock_time)
    plain = version + body + end
    if not wanted.witness:
        return plain, plain
    witness = b"\x01" + _compact(len(wanted.witness)) + wanted.witness
    return version + b"\x00\x01" + body + witness + end, plain


def _merkle_root(leaf: bytes, path: Sequence[bytes]) -> bytes:
    for other in path:
        leaf = _double_sha256(leaf + other)
    return leaf


def solve(
    header: bytes, wanted: CoinbaseTx, path: Sequence[bytes], script: bytes = ANYONE
) -> Solution:
    """The solution of a template from its header, coinbase and Merkle path.

    Raises IpcError when there is none: the chain needs more work than a test chain.
    """
    whole, plain = coinbase(wanted, script)
    version, previous, _, timestamp, bits = _HEADER.unpack(header[: _HEADER.size])
    target = (bits & 0x7FFFFF) << 8 * ((bits >> 24) - 3)
    start = _HEADER.pack(
        version, previous, _merkle_root(_double_sha256(plain), path), timestamp, bits
    )
    for nonce in range(TRIES):
        found = _double_sha256(start + struct.pack("<I", nonce))
        if int.from_bytes(found, "little") <= target:
            return Solution(version, timestamp, nonce, whole, BlockHash(found))
    raise IpcError(f"no solution in {TRIES} tries", "mine only on test chains")


def mine_block(mining: Mining, script: bytes = ANYONE) -> BlockHash:
    """Mine a block with the node's mempool on its tip and return its hash. Raises IpcError.

    With few blocks, some nodes make no templates: `mine` takes care of that.
    """
    template = mining.create_new_block(cooldown=False)
    if template is None:
        raise IpcError(
            "the node returns no block template", "wait until it has started; check that it runs"
        )
    with template:
        found = solve(
            template.get_block_header(),
            template.get_coinbase_tx(),
            template.get_coinbase_merkle_path(),
            script,
        )
        if not template.submit_solution(
            found.version, found.timestamp, found.nonce, found.coinbase
        ):
            raise IpcError("the node rejected the block", "see its log")
    return found.hash


def mine(session: Session, blocks: int = 1, script: bytes = ANYONE) -> list[BlockHash]:
    """Mine blocks on a regtest node's tip and return their hashes. Raises IpcError.

    The node itself makes the first blocks of a chain, for which it has no templates: a coinbase
    with only their height is too short to be valid, and some releases do not extend it.
    """
    mining = session.mining
    tip = mining.get_tip()
    height = tip.height if tip is not None else 0
    first = native.NODES[session.release]["templates_from"]
    early = max(0, min(blocks, first - height))
    made = _generate(session, early, script) if early else []
    return made + [mine_block(mining, script) for _ in range(blocks - early)]


def _generate(session: Session, blocks: int, script: bytes) -> list[BlockHash]:
    request = {"method": "generatetodescriptor", "params": [blocks, f"raw({script.hex()})"]}
    answer = json.loads(session.rpc.execute_rpc(json.dumps(request), "/", ""))
    if answer["error"]:
        raise IpcError(f"the node failed to make blocks: {answer['error']['message']}")
    return [BlockHash.from_hex(text) for text in answer["result"]]
