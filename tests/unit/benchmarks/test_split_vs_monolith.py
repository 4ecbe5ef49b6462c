"""The lines of the split's benchmark, and the transactions it is measured with."""

from __future__ import annotations

import hashlib

import pytest
import regtest_chain
import split_vs_monolith as split
from split_vs_monolith import Figure


@pytest.mark.parametrize(
    ("figure", "goal", "passed"),
    [
        (Figure("x", 1.0, 9.0), "", None),
        (Figure("x", 1.0, 1.1, most_ratio=1.10), "≤ 1.10", True),
        (Figure("x", 1.0, 1.2, most_ratio=1.10), "≤ 1.10", False),
        (Figure("x", 0.1, 0.2, most_more=0.1), "≤ +100 ms", True),
        (Figure("x", 0.1, 0.3, most_more=0.1), "≤ +100 ms", False),
    ],
)
def test_what_is_asked_for(figure: Figure, goal: str, passed: bool | None) -> None:
    assert figure.goal == goal
    assert figure.passed is passed


def test_medians_of_both_sides_are_compared() -> None:
    found: dict[str, dict[str, list[float]]] = {
        "getbalance": {"monolith": [1e-4, 9.0, 2e-4], "split": [3e-4, 5e-4, 4e-4]},
        "memory bitcoind": {"monolith": [100 << 20]},
        "memory bitcoin-node": {"split": [60 << 20]},
        "memory bitcoin-wallet": {"split": [50 << 20]},
    }
    lines = split.figures(found, ["getbalance", "memory"])
    assert [line.name for line in lines] == [
        "getbalance",
        "memory of bitcoin-node",
        "memory of bitcoin-wallet",
        "memory of both",
    ]
    assert lines[0].ratio == pytest.approx(2)
    assert lines[3].ratio == pytest.approx(1.1)
    text = split.table(lines).splitlines()
    assert len({len(line) for line in text}) == 1
    for word in ("200 µs", "400 µs", "2.00", "≤ 1.10", "MISSED"):
        assert word in text[2]
    assert "115.3 MB" in text[5]


def test_fillers_spend_one_another() -> None:
    filler = regtest_chain._Filler()
    raw = filler.split((b"\1" * 32, 0, 50), [(7, b"\x51")] * 300)
    assert raw[4:6] == b"\x01\x01"
    assert hashlib.sha256(hashlib.sha256(raw).digest()).digest() == filler.outputs[0][0]
    before = list(filler.outputs)
    made = filler.block(b"\xaa\xbb")
    assert len(made) == regtest_chain.TRANSACTIONS
    for transaction, (txid, index, _) in zip(made, before, strict=True):
        assert txid.hex() + index.to_bytes(4, "little").hex() in transaction
    assert "02aabb" in made[0]
    assert "02aabb" not in made[1]
