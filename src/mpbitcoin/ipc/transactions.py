"""Reads facts from the bytes of a transaction."""

from __future__ import annotations

import hashlib

from mpbitcoin.ipc.values import Bytes, Txid

_WITNESS_MARK = b"\x00\x01"


def txid(transaction: Bytes) -> Txid:
    """The id of a transaction: the hash of all but its witnesses. Raises ValueError."""
    tx = bytes(transaction)
    if tx[4:6] != _WITNESS_MARK:
        return _id(tx)
    end = _outputs_end(tx, _inputs_end(tx, 6))
    if end + 4 > len(tx):
        raise ValueError(f"not a transaction: truncated after {len(tx)} bytes")
    return _id(tx[:4] + tx[6:end] + tx[-4:])


def _id(plain: bytes) -> Txid:
    return Txid(hashlib.sha256(hashlib.sha256(plain).digest()).digest())


def _inputs_end(tx: bytes, at: int) -> int:
    inputs, at = _length(tx, at)
    for _ in range(inputs):
        script, at = _length(tx, at + 36)  # after the outpoint
        at += script + 4  # and the sequence number
    return at


def _outputs_end(tx: bytes, at: int) -> int:
    outputs, at = _length(tx, at)
    for _ in range(outputs):
        script, at = _length(tx, at + 8)  # after the amount
        at += script
    return at


def _length(tx: bytes, at: int) -> tuple[int, int]:
    """A number in the encoding of lengths, and its end position. Raises ValueError."""
    if at >= len(tx):
        raise ValueError(f"not a transaction: truncated after {len(tx)} bytes")
    size = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(tx[at], 0)
    value = int.from_bytes(tx[at + 1 : at + 1 + size], "little") if size else tx[at]
    return value, at + 1 + size
