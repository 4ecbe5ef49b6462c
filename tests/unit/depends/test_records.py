"""Reading JSON returns what was written, or nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from mpbitcoin_depends import records


@dataclass(frozen=True)
class Fact:
    name: str
    seconds: float
    count: int
    done: bool
    parts: tuple[str, ...]
    names: dict[str, str]


FACT = Fact("a", 1.5, 3, True, ("x", "y"), {"a": "b"})


def test_what_was_written_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "fact.json"
    file.write_text(json.dumps(asdict(FACT)))
    assert records.restore(Fact, records.read(file)) == FACT


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"null", b"[]", b'"text"', b"3", b"\xff\xfe", b"[" * 100_000, b'{"name": "a"}'],
)
def test_what_is_damaged_is_nothing(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "fact.json"
    file.write_bytes(content)
    assert records.restore(Fact, records.read(file)) is None
    assert isinstance(records.read_mapping(file), dict)


@pytest.mark.parametrize(
    "changed",
    [
        *({name: None} for name in asdict(FACT)),
        {"name": 1},
        {"count": True},
        {"count": 1.5},
        {"done": 1},
        {"seconds": "soon"},
        {"parts": "xy"},
        {"parts": [1]},
        {"names": []},
        {"names": {"a": 1}},
        {"more": ""},
    ],
)
def test_a_field_of_another_kind_is_nothing(changed: dict[str, object]) -> None:
    assert records.restore(Fact, {**asdict(FACT), "parts": ["x"], **changed}) is None


def test_a_file_that_is_missing_is_nothing(tmp_path: Path) -> None:
    assert records.read(tmp_path / "none") is None
    assert records.read_mapping(tmp_path) == {}


def test_of_a_list_all_come_back_or_none() -> None:
    whole = json.loads(json.dumps(asdict(FACT)))
    assert records.restore_all(Fact, [whole, whole]) == (FACT, FACT)
    assert records.restore_all(Fact, []) == ()
    damaged: list[object] = [[whole, {}], [None], {}, None]
    for data in damaged:
        assert records.restore_all(Fact, data) is None
