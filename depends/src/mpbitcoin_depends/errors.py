"""All errors that users see: one exit code per kind, and a hint how to fix it."""

from __future__ import annotations

import re

_CREDENTIALS = re.compile(r"(?<=://)[^/\s]*@")


def redact(text: str) -> str:
    """`text` without the credentials in its addresses, safe to show or store."""
    return _CREDENTIALS.sub("***@", text)


class DependsError(Exception):
    """Base of all errors that end the program with one clear line.

    `message` states what failed and why, `hint` how to fix it. Both are stored without the
    credentials of addresses.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = redact(message)
        self.hint = redact(hint)
        super().__init__(self.message)


class UsageError(DependsError):
    """The command line, an option or a make variable is wrong."""

    exit_code = 2


class MachineError(DependsError):
    """The machine lacks something: a compiler, a tool, disk space, a permission."""

    exit_code = 3


class SourceError(DependsError):
    """A source is not available, or its hash differs from the pinned one."""

    exit_code = 4


class BuildError(DependsError):
    """A package or an executable did not build."""

    exit_code = 5


class CacheError(DependsError):
    """The package cache is damaged or unusable."""

    exit_code = 6
