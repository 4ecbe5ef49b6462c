"""The types of options: one parser each, from the text that the user wrote.

A parser raises ValueError, or UsageError with a hint of its own, for text that it rejects.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

from mpbitcoin_depends.usertext import whole_number

#: The value of an option.
Value = bool | int | str | Path | tuple[str, ...] | None

_TRUE = frozenset({"1", "y", "yes", "on", "true"})
_FALSE = frozenset({"", "0", "n", "no", "off", "false"})


def is_yes_or_no(text: str) -> bool:
    """Whether `text` is a valid value of a switch."""
    return text.lower() in _TRUE | _FALSE


def switch(text: str) -> bool:
    """A yes or no."""
    if not is_yes_or_no(text):
        raise ValueError("not a yes or no; use 1 or 0")
    return text.lower() in _TRUE


def number(least: int, most: int) -> Callable[[str], int]:
    """The parser of a whole number in these bounds."""
    return lambda text: whole_number(text, least, most)


def choice(*known: str) -> Callable[[str], str]:
    """The parser of one of these words."""

    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return text

    return parse


def standard(language: str, *years: str) -> Callable[[str], str]:
    """The parser of a standard of a language, such as c++20 or gnu++20 of `++`."""
    return choice(*(f"{name}{language}{year}" for name in ("c", "gnu") for year in years))


def command(text: str) -> str:
    """Words in the syntax of a shell: a program or flags."""
    shlex.split(text)
    return text


def host(text: str) -> str:
    """A host platform, as it was spelled."""
    from mpbitcoin_depends import platforms

    platforms.find(text)
    return text


def path(text: str) -> Path:
    """A path; a leading ~ stays for whoever uses it."""
    return Path(text)


def words(text: str) -> tuple[str, ...]:
    """A list, separated by spaces."""
    return tuple(text.split())


def text_of(value: Value) -> str:
    """The text of a value, as a make variable has it; empty for no, none and 0."""
    if isinstance(value, tuple):
        return " ".join(value)
    return str(int(value) if isinstance(value, bool) else value) if value else ""
