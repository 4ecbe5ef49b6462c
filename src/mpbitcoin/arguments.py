"""Argparse with our errors, and argument types that several verbs use."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from typing import Any, NoReturn

from mpbitcoin.errors import UsageError
from mpbitcoin.machine import MOST_JOBS
from mpbitcoin.usertext import whole_number


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


def whole(least: int = 0, most: int | None = None) -> Callable[[str], int]:
    """The type of a whole number in these bounds. It raises ArgumentTypeError."""

    def parse(text: str) -> int:
        try:
            return whole_number(text, least, most)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text}: {error}") from error

    return parse


#: The type of a duration.
seconds = positive("seconds")
#: The type of a number of things, 0 or more.
count = whole()
#: The type of a number of parallel jobs.
jobs = whole(1, MOST_JOBS)
