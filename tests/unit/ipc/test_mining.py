from __future__ import annotations

import hashlib
import struct

import pytest

from mpbitcoin.ipc.errors import IpcError
from mpbitcoin.ipc.mining import ANYONE, coinbase, solve
from mpbitcoin.ipc.types import CoinbaseTx

WANTED = CoinbaseTx(
    version=2,
    sequence=0xFFFFFFFE,
    script_sig_prefix=b"\x01\x66",
    witness=b"\x00" * 32,
    block_reward_remaining=5_000_000_000,
    required_outputs=[struct.pack("<q", 0) + b"\x02\x6a\x00"],
    lock_time=101,
)


def header(bits: int) -> bytes:
    return struct.pack(
        "<I32s32sIII", 0x20000000, b"\x11" * 32, b"\x00" * 32, 1_700_000_000, bits, 0
    )


def sha(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def test_the_coinbase_has_what_is_wanted() -> None:
    whole, plain = coinbase(WANTED, ANYONE)
    assert whole[4:6] == b"\x00\x01"
    assert whole[6:-38] == plain[4:-4]
    assert plain.count(WANTED.required_outputs[0]) == 1
    assert struct.pack("<q", 5_000_000_000) + b"\x01" + ANYONE in plain
    assert plain.endswith(struct.pack("<I", 101))
    without = coinbase(CoinbaseTx(version=1, block_reward_remaining=1), ANYONE)
    assert without[0] == without[1]


def test_the_solution_has_the_work() -> None:
    path = [b"\x22" * 32, b"\x33" * 32]
    found = solve(header(0x207FFFFF), WANTED, path)
    root = sha(sha(sha(coinbase(WANTED, ANYONE)[1]) + path[0]) + path[1])
    block = struct.pack(
        "<I32s32sIII",
        found.version,
        b"\x11" * 32,
        root,
        found.timestamp,
        0x207FFFFF,
        found.nonce,
    )
    assert sha(block) == found.hash
    assert found.hash[-1] <= 0x7F


def test_a_chain_with_real_work_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpbitcoin.ipc.mining.TRIES", 1000)
    with pytest.raises(IpcError, match="no solution"):
        solve(header(0x170331DB), WANTED, [])
