"""Argparse with our errors, and argument types that several verbs use."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import Any, NoReturn

from mpbitcoin.errors import UsageError

#: Longer numbers are mistakes.
_MOST_DIGITS = 15


class Parser(argparse.ArgumentParser):
    """Raises UsageError where argparse would exit; the message names the verb."""

    def error(self, message: str) -> NoReturn:
        """Called by argparse. Raises UsageError."""
        raise UsageError(f"{self.prog}: {message}", f"{self.prog} --help")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse all arguments, leaving none to the parent parser. Raises UsageError."""
        found, odd = super().parse_known_args(args, namespace)
        if odd:
            self.error(f"unrecognized arguments: {' '.join(odd)}")
        return found, odd


def positive(things: str) -> Callable[[str], float]:
    """The type of a positive number of `things`. It raises ArgumentTypeError."""

    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = 0.0
        if not (value > 0 and math.isfinite(value)):
            raise argparse.ArgumentTypeError(f"{text}: must be a number of {things} above 0")
        return value

    return parse


def whole(least: int) -> Callable[[str], int]:
    """The type of a whole number, `least` or more. It raises ArgumentTypeError."""

    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and int(text) >= least:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text}: must be a whole number, {least} or more")

    return parse


#: The type of a duration.
seconds = positive("seconds")
#: The type of a number of things, 0 or more.
count = whole(0)


def nearest(name: str, known: list[str]) -> str:
    """The known name most similar to `name`; empty when none is similar."""
    import difflib

    by_lower = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.75)
    return by_lower[found[0]] if found else ""
