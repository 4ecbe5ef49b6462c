"""Fetch, verify and unpack a pinned Bitcoin Core tree, and print its folder as the last line."""

from __future__ import annotations

import argparse
import sys

from mpbitcoin_depends import arguments, settings

_OPTIONS = ("BITCOIN_VERSION", "SOURCES_PATH", "FALLBACK_DOWNLOAD_PATH", "OFFLINE")
SUMMARY = "fetch a pinned Bitcoin Core tree and print its folder"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("name", choices=["bitcoin-core"], help="the tree to fetch")
    arguments.add_options(parser, _OPTIONS)
    parser.add_argument("--tree", help=argparse.SUPPRESS)
    parser.epilog = f"The environment and depends.toml set them, too: {', '.join(_OPTIONS)}."


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends.sources import SourceStore
    from mpbitcoin_depends.sources.tree import tree

    given = arguments.given_options(args)
    if args.tree is not None:
        print("--tree is now --bitcoin-version", file=sys.stderr)
        given.setdefault("BITCOIN_VERSION", args.tree)
    options = settings.of_user(given, among=_OPTIONS)
    version = options.release.version
    store = SourceStore.of(options)
    print(tree(store, version, lambda line: print(line, file=sys.stderr)))
    return 0
