"""Every error a user may see, one exit code per kind, a hint on what to do."""

from __future__ import annotations

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")


def redact(text: str) -> str:
    """`text`, to be shown or kept, without the credentials in its addresses."""
    return _CREDENTIALS.sub("***@", text)


class MpbitcoinError(Exception):
    """Base of all errors that end the program with one clear line.

    `message` is what failed and why; `hint`, if given, how to fix it. Neither shows the credentials
    in an address.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = redact(message)
        self.hint = redact(hint)
        super().__init__(self.message)


class UsageError(MpbitcoinError):
    """The command line, an option or a make variable is wrong."""

    exit_code = 2


class MachineError(MpbitcoinError):
    """The machine lacks something: a compiler, a tool, disk space, a permission."""

    exit_code = 3


class SourceError(MpbitcoinError):
    """A source cannot be had, or its bytes are not the pinned ones."""

    exit_code = 4


class BuildError(MpbitcoinError):
    """A package or an executable did not build."""

    exit_code = 5


class CacheError(MpbitcoinError):
    """The package cache is damaged or cannot be used."""

    exit_code = 6


class RunError(MpbitcoinError):
    """A process we started did not do what it should."""

    exit_code = 7
