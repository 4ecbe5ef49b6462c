from __future__ import annotations

from datetime import timedelta

import pytest

from mpbitcoin.ipc.values import BlockHash, Hash, Txid, to_milliseconds

SHOWN = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


def test_a_hash_is_shown_as_bitcoin_does() -> None:
    made = BlockHash.from_hex(SHOWN)
    assert bytes(made)[:2] == b"\x6f\xe2"
    assert str(made) == SHOWN
    assert repr(made) == f"BlockHash('{SHOWN}')"
    assert made == bytes.fromhex(SHOWN)[::-1]
    assert isinstance(Txid.from_hex(SHOWN), Txid)


@pytest.mark.parametrize("text", ["", "00", SHOWN + "00", "x" * 64])
def test_what_is_no_hash_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hex"):
        Hash.from_hex(text)


def test_durations_are_milliseconds_on_the_wire() -> None:
    assert to_milliseconds(1.5) == 1500.0
    assert to_milliseconds(timedelta(minutes=1)) == 60_000.0
    assert to_milliseconds(None) > 1e300
