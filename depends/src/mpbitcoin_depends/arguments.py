"""Argparse with our errors, and argument types that several verbs use."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.machine import MOST_JOBS
from mpbitcoin_depends.options import ALIASES, SPECS, flag
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


def add_options(parser: argparse.ArgumentParser, among: Iterable[str] = ()) -> None:
    """Add the flags of these options, by their names; of all in groups, when none are named."""
    groups: dict[str, argparse._ActionsContainer] = {}
    for spec in map(SPECS.__getitem__, among or SPECS):
        if among:
            group: argparse._ActionsContainer = parser
        else:
            if spec.group not in groups:
                groups[spec.group] = parser.add_argument_group(spec.group.lower())
            group = groups[spec.group]
        flags = [flag(spec.name), *(["-j"] if spec.name == "JOBS" else [])]
        if not spec.is_switch:
            shown = f" [{spec.default_text}]" if spec.default_text else ""
            group.add_argument(*flags, dest=spec.name, metavar=spec.name, help=spec.help + shown)
        elif among:
            group.add_argument(*flags, dest=spec.name, action="store_const", const="1",
                               help=spec.help)  # fmt: skip
        else:
            group.add_argument(*flags, dest=spec.name, nargs="?", const="1", metavar="0|1",
                               help=spec.help)  # fmt: skip
    for old, name in ALIASES.items():
        if not among or name in among:
            parser.add_argument(flag(old), dest=old, help=argparse.SUPPRESS)


def given_options(args: argparse.Namespace) -> dict[str, str]:
    """The texts of the options whose flags were given, by their names."""
    found = {name: getattr(args, name, None) for name in (*SPECS, *ALIASES)}
    return {name: text for name, text in found.items() if text is not None}
