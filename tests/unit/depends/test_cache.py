"""Rules of the package cache."""

from __future__ import annotations

import pytest

from mpbitcoin_depends.cache import parse_age, parse_size
from mpbitcoin_depends.errors import UsageError


@pytest.mark.parametrize(("text", "seconds"), [("12h", 43200), ("30d", 2592000), ("2w", 1209600)])
def test_ages(text: str, seconds: float) -> None:
    assert parse_age(text) == seconds


@pytest.mark.parametrize(
    ("text", "size"), [("500MB", 5e8), ("2G", 2e9), ("1.5 gb", 1.5e9), ("7", 7)]
)
def test_sizes(text: str, size: float) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "soon", "3", "3 years", "-1d"])
def test_bad_ages(text: str) -> None:
    with pytest.raises(UsageError):
        parse_age(text)


@pytest.mark.parametrize("text", ["", "much", "-3MB", "3XB"])
def test_bad_sizes(text: str) -> None:
    with pytest.raises(UsageError):
        parse_size(text)
