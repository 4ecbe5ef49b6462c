"""All errors that users see: one exit code per kind, and a hint how to fix it."""

from __future__ import annotations


class MpbitcoinError(Exception):
    """Base of all errors that end the program with one clear line.

    `message` states what failed and why, `hint` how to fix it.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


class UsageError(MpbitcoinError):
    """The command line or an argument is wrong."""

    exit_code = 2


class MachineError(MpbitcoinError):
    """The machine lacks something: an executable, disk space, a permission."""

    exit_code = 3


class RunError(MpbitcoinError):
    """A process that we started failed."""

    exit_code = 7
