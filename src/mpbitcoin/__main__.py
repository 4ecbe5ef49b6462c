"""The command line `mpbitcoin VERB`: parses, dispatches and reports all errors."""

from __future__ import annotations

import errno
import importlib
import io
import os
import pkgutil
import select
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mpbitcoin.errors import MachineError, MpbitcoinError, UsageError

if TYPE_CHECKING:
    import argparse

#: The package that has a module for each verb.
VERBS = "mpbitcoin.cli"
INTERRUPTED = 130
#: System errors that can happen anywhere. Other errors are handled where they are expected, or
#: are bugs.
_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
#: The same for errors that name a file.
_FILE = {*_MACHINE, errno.EACCES, errno.EPERM, errno.EROFS}


def verbs(*packages: str) -> dict[str, str]:
    """The verbs of these packages, and their modules."""
    found = {}
    for package in packages or (VERBS,):
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            found[module.name] = f"{package}.{module.name}"
    return dict(sorted(found.items()))


def parser(known: Mapping[str, str]) -> argparse.ArgumentParser:
    """The command line of these verbs, for help and completion."""
    import argparse

    from mpbitcoin import __version__
    from mpbitcoin.arguments import Parser

    top = Parser(
        prog="mpbitcoin",
        description="Bitcoin Core as separate processes.",
        epilog="`mpbitcoin VERB --help` describes a verb.",
    )
    top.add_argument("--version", action="version", version=f"mpbitcoin {__version__}")
    below = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, where in known.items():
        module = importlib.import_module(where)
        child = below.add_parser(
            name,
            help=module.SUMMARY,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(child)
        child.set_defaults(execute=module.execute)
    return top


def dispatch(
    words: Sequence[str],
    known: Mapping[str, str],
    otherwise: str = "`mpbitcoin --help` lists the verbs",
) -> int:
    """Run the verb that the words name.

    `otherwise` is the hint when there is no such verb, nor a similar one. Raises MpbitcoinError's
    children.
    """
    if words and not words[0].startswith("-") and words[0] not in known:
        from mpbitcoin.arguments import nearest

        near = nearest(words[0], list(known))
        hint = f"did you mean {near}?" if near else otherwise
        raise UsageError(f"unknown verb {words[0]}", hint)
    top = parser(known)
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(top)
    args = top.parse_args(words)
    status: int = args.execute(args)
    return status


def _nobody_reads() -> bool:
    """Whether the reader of our output has ended: `mpbitcoin … | head`."""
    poll = select.poll()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            poll.register(stream.fileno(), 0)
        except (io.UnsupportedOperation, ValueError):  # replaced by a test, or closed
            continue
    return bool(poll.poll(0))


def _discard_output() -> None:
    """Discard output that cannot be written: Python would retry, and fail, at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line of an installed package and return the exit status."""
    try:
        try:
            given = sys.argv[1:] if words is None else words
            hint = "`mpbitcoin --help` lists the verbs; others need a checkout"
            return dispatch(given, verbs(), hint)
        finally:
            if sys.stdout:  # None when the caller has closed it
                sys.stdout.flush()
    except MpbitcoinError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {error.hint}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        unread = isinstance(error, BrokenPipeError) and _nobody_reads()
        if sys.stdout:
            _discard_output()
        if unread:
            sys.stderr.close()
            return 1
        if error.errno not in (_FILE if error.filename else _MACHINE):
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror}", file=sys.stderr)
        return MachineError.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
