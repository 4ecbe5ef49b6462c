"""Command lines: argparse with our errors, and what several verbs take."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from mpbitcoin.errors import UsageError


class Parser(argparse.ArgumentParser):
    """Raises UsageError where argparse ends the program, and at the verb that is wrong."""

    def error(self, message: str) -> NoReturn:
        """What argparse calls. Raises UsageError."""
        raise UsageError(f"{self.prog}: {message}", f"{self.prog} --help")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; nothing is left for the parser above. Raises UsageError."""
        found, odd = super().parse_known_args(args, namespace)
        if odd:
            self.error(f"unrecognized arguments: {' '.join(odd)}")
        return found, odd


def seconds(text: str) -> float:
    """The type of a duration. Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text}: a number of seconds is needed, more than 0")
    return value


def count(text: str) -> int:
    """The type of a number of things, 0 or more. Raises ArgumentTypeError."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text}: a whole number is needed, 0 or more")
    return int(text)
