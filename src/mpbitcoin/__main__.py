"""The command line `mpbitcoin VERB`: parses, dispatches and reports all errors."""

from __future__ import annotations

import errno
import importlib
import io
import os
import select
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mpbitcoin import paths
from mpbitcoin.errors import MachineError, MpbitcoinError, UsageError

if TYPE_CHECKING:
    import argparse

INTERRUPTED = 130
#: System errors that can happen anywhere, with their hints. Other errors are handled where they
#: are expected, or are bugs.
_MACHINE = {
    errno.ENOSPC: "free disk space",
    errno.EDQUOT: "free disk space or raise the quota",
    errno.EIO: "check the disk",
    errno.EMFILE: "raise the limit of open files: ulimit -n",
    errno.ENFILE: "stop programs that have many open files",
    errno.ENOMEM: "stop other programs or add memory",
}
#: The same for errors that name a file.
_FILE = {
    errno.EACCES: "check the permissions",
    errno.EPERM: "check the permissions",
    errno.EROFS: "choose a writable folder",
}


def verbs() -> tuple[str, ...]:
    """The verbs: the modules of `mpbitcoin.cli`."""
    import pkgutil

    from mpbitcoin import cli

    return tuple(sorted(module.name for module in pkgutil.iter_modules(cli.__path__)))


def parser() -> argparse.ArgumentParser:
    """The whole command line, for help and completion."""
    import argparse

    from mpbitcoin import __version__
    from mpbitcoin.arguments import Parser

    top = Parser(
        prog="mpbitcoin",
        description="Bitcoin Core as separate processes: dependencies, executables and tools.",
        epilog="`mpbitcoin VERB --help` describes a verb.",
    )
    top.add_argument("--version", action="version", version=f"mpbitcoin {__version__}")
    below = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name in verbs():
        module = importlib.import_module(f"mpbitcoin.cli.{name}")
        summary = module.SUMMARY
        child = below.add_parser(
            name,
            help=summary,
            description=module.__doc__ or summary,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(child)
        anywhere = getattr(module, "ANYWHERE", False)
        child.set_defaults(execute=module.execute, anywhere=anywhere)
    return top


def _dispatch(words: Sequence[str]) -> int:
    # `make -C depends` passes plain words: no parser is needed.
    if words[:2] == ["depends", "--from-make"]:
        from mpbitcoin.cli import depends

        return depends.from_make(words[2:])
    if words and not words[0].startswith("-") and words[0] not in verbs():
        from mpbitcoin.usertext import did_you_mean

        raise UsageError(
            f"unknown verb {words[0]}",
            did_you_mean(words[0], verbs(), "`mpbitcoin --help` lists the verbs"),
        )
    top = parser()
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(top)
    args = top.parse_args(words)
    if not args.anywhere and not paths.RECIPES.is_dir():
        raise UsageError(
            f"{args.verb} needs a checkout of the project; this is an installed package",
            f"run ./mpbitcoin {args.verb} in a checkout",
        )
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
    """Run the command line and return the exit status."""
    given = list(sys.argv[1:] if words is None else words)
    try:
        try:
            return _dispatch(given)
        finally:
            if sys.stdout:  # None when the caller has closed it
                sys.stdout.flush()
    except MpbitcoinError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  hint: {paths.as_called(error.hint)}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        unread = isinstance(error, BrokenPipeError) and _nobody_reads()
        if sys.stdout:
            _discard_output()
        if unread:
            sys.stderr.close()
            return 1
        known = _MACHINE | _FILE if error.filename else _MACHINE
        if error.errno not in known:
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"error: {where}{error.strerror}", file=sys.stderr)
        print(f"  hint: {known[error.errno]}", file=sys.stderr)
        return MachineError.exit_code
    except KeyboardInterrupt:
        print("interrupted; finished work is kept, run again to continue", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
