"""The types of options: their parsers and texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mpbitcoin_depends import kinds
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.kinds import Value

_JOBS = kinds.number(1, 4096)
_CXX = kinds.standard("++", "17", "20")


@pytest.mark.parametrize(("parse", "text", "value"), [
    (kinds.switch, "Yes", True), (kinds.switch, "", False), (kinds.switch, "off", False),
    (_JOBS, "4096", 4096), (kinds.choice("a", "b"), "b", "b"), (_CXX, "gnu++20", "gnu++20"),
    (kinds.command, "gcc '-DX=a b'", "gcc '-DX=a b'"), (kinds.path, "~/x", Path("~/x")),
    (kinds.words, " http://h  /m ", ("http://h", "/m")),
    (kinds.host, "x86_64-linux-gnu", "x86_64-linux-gnu"),
])  # fmt: skip
def test_values(parse: Callable[[str], Value], text: str, value: Value) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(("parse", "text", "reason"), [
    (kinds.switch, "maybe", "not a yes or no"), (_JOBS, "0", "from 1 to 4096"),
    (_JOBS, "²", "a whole number"), (_JOBS, "9" * 5000, "a whole number"),
    (kinds.choice("28", "29"), "27", "must be one of 28, 29"),
    (_CXX, "c20", "must be one of"), (_CXX, "c+++++++20", "must be one of"),
    (_CXX, "c++²⁰", "must be one of"), (kinds.standard("", "11"), "c++11", "must be one of"),
    (kinds.command, "gcc '", "No closing quotation"),
])  # fmt: skip
def test_bad_values_have_a_reason(parse: Callable[[str], Value], text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse(text)


def test_an_unknown_host_has_a_hint() -> None:
    with pytest.raises(UsageError, match="unknown host platform"):
        kinds.host("this-machine")


@pytest.mark.parametrize(("value", "text"), [
    (True, "1"), (False, ""), (0, ""), (12, "12"), (None, ""), (Path("/x"), "/x"),
    (("a", "b"), "a b"), ((), ""), ("c11", "c11"),
])  # fmt: skip
def test_texts(value: Value, text: str) -> None:
    assert kinds.text_of(value) == text
