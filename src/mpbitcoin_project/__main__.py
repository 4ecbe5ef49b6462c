"""Command line of a checkout, `./mpbitcoin VERB`: verbs of both products, and our own."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def verbs() -> dict[str, str]:
    """All verbs, and the module of each."""
    from mpbitcoin.__main__ import VERBS, verbs

    return verbs(VERBS, "mpbitcoin_depends.cli", "mpbitcoin_project.cli")


def _dispatch(words: Sequence[str]) -> int:
    # `make -C depends` passes plain words: no parser is needed.
    if words[:2] == ["depends", "--from-make"]:
        from mpbitcoin_depends.cli import depends

        return depends.from_make(words[2:])
    from mpbitcoin.__main__ import dispatch

    return dispatch(words, verbs())


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    from mpbitcoin.errors import MpbitcoinError
    from mpbitcoin_depends.commandline import guarded

    given = list(sys.argv[1:] if words is None else words)
    return guarded(lambda: _dispatch(given), MpbitcoinError)


if __name__ == "__main__":
    sys.exit(main())
