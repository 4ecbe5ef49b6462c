"""Argparse with our errors, and argument types that several verbs use."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.machine import MOST_JOBS
from mpbitcoin_depends.usertext import whole_number


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


def whole(least: int = 0, most: int | None = None) -> Callable[[str], int]:
    """The type of a whole number in these bounds. It raises ArgumentTypeError."""

    def parse(text: str) -> int:
        try:
            return whole_number(text, least, most)
        except ValueError as error:
            raise argparse.ArgumentTypeError(f"{text}: {error}") from error

    return parse


#: The type of a number of things, 0 or more.
count = whole()
#: The type of a number of parallel jobs.
jobs = whole(1, MOST_JOBS)
