"""What users write: numbers and names."""

from __future__ import annotations

import pytest

from mpbitcoin_depends.usertext import did_you_mean, nearest, whole_number


def test_whole_numbers() -> None:
    assert [whole_number(text) for text in ("0", "7", "007", "4096")] == [0, 7, 7, 4096]
    assert whole_number("1", 1, 1) == 1


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", "1e3", "0x1", "1_000", " 1", "²", "٣", "two", "9" * 5000]
)
def test_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(ValueError, match=r"must be a whole number, 0 or more$"):
        whole_number(text)


def test_bounds_are_told() -> None:
    for text in ("0", "5"):
        with pytest.raises(ValueError, match=r"^must be a whole number, from 1 to 4$"):
            whole_number(text, 1, 4)


def test_only_what_is_near_is_suggested() -> None:
    known = ("depends", "wheel", "NO_QT")
    assert nearest("dependz", known) == "depends"
    assert nearest("no_qtt", known) == "NO_QT"
    assert nearest("hots", ["NO_QT", "HOST"]) == "HOST"
    assert nearest("no_gui", ["NO_IPC", "NO_QT"]) == ""
    assert nearest("xyzzy", known) == nearest("", known) == ""
    assert did_you_mean("dependz", known, "look around") == "did you mean depends?"
    assert did_you_mean("xyzzy", known, "look around") == "look around"
