from __future__ import annotations

import hashlib

import pytest

from mpbitcoin.ipc.mining import ANYONE, coinbase
from mpbitcoin.ipc.transactions import txid
from mpbitcoin.ipc.types import CoinbaseTx

#: The coinbase of the first block of all, and its id as the whole world knows it.
GENESIS = bytes.fromhex(
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff"
    "001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e"
    "6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a0100000043410467"
    "8afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec1"
    "12de5c384df7ba0b8d578a4c702b6bf11d5fac00000000"
)
GENESIS_ID = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"


def with_witness(script: bytes) -> tuple[bytes, bytes]:
    wanted = CoinbaseTx(2, 0, b"\x01\x11", b"\x00" * 32, 50, [b"\x00" * 8 + b"\x01\x6a"], 7)
    return coinbase(wanted, script)


def test_without_witnesses() -> None:
    assert str(txid(GENESIS)) == GENESIS_ID
    assert str(txid(memoryview(GENESIS))) == GENESIS_ID


@pytest.mark.parametrize("script", [ANYONE, b"\x51" * 300])
def test_witnesses_do_not_count(script: bytes) -> None:
    whole, plain = with_witness(script)
    assert whole != plain
    assert txid(whole) == hashlib.sha256(hashlib.sha256(plain).digest()).digest()


@pytest.mark.parametrize("cut", [8, 40, 60])
def test_what_is_cut_is_no_transaction(cut: int) -> None:
    whole, _ = with_witness(ANYONE)
    with pytest.raises(ValueError, match="truncated"):
        txid(whole[:cut])
