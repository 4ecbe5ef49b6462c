"""Command line: `multiprocess-bitcoin-depends NO_QT=1 HOST=…`, the verb `depends` by itself.

Its other verbs are the modules of `cli` that are named: `multiprocess-bitcoin-depends cache show`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence

from mpbitcoin_depends.commandline import guarded

NAME = "multiprocess-bitcoin-depends"
_NAMED = ("cache", "source")


def _dispatch(words: Sequence[str]) -> int:
    import argparse

    from mpbitcoin_depends.arguments import Parser

    if words == ["--version"]:
        from importlib.metadata import version

        print(NAME, version(NAME))
        return 0
    named = words[0] if words and words[0] in _NAMED else ""
    verb = importlib.import_module(f"mpbitcoin_depends.cli.{named or 'depends'}")
    parser = Parser(
        prog=f"{NAME} {named}".strip(),
        description=verb.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verb.configure(parser)
    status: int = verb.execute(parser.parse_args(words[1:] if named else words))
    return status


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    given = list(sys.argv[1:] if words is None else words)
    return guarded(lambda: _dispatch(given))


if __name__ == "__main__":
    sys.exit(main())
