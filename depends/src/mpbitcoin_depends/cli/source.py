"""Fetch, verify and unpack a pinned Bitcoin Core tree, and print its folder as the last line."""

from __future__ import annotations

import argparse
import sys

from mpbitcoin_depends import options as names

_FROM_ENVIRONMENT = ("BITCOIN_LINE", "SOURCES_PATH", "FALLBACK_DOWNLOAD_PATH", "OFFLINE")
SUMMARY = "fetch a pinned Bitcoin Core tree and print its folder"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("name", choices=["bitcoin-core"], help="the tree to fetch")
    parser.add_argument(
        "--tree", metavar="VERSION", help="a pinned version [the newest of the line]"
    )
    parser.add_argument("--bitcoin-line", default="", help="the tree's line: 28, 29, 30 or 31")
    parser.add_argument("--sources-path", default="", help="folder of the source archives")
    parser.add_argument("--offline", action="store_true", help="never use the network")
    parser.epilog = f"Reads these environment variables: {', '.join(_FROM_ENVIRONMENT)}."


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends import releases
    from mpbitcoin_depends.sources import SourceStore
    from mpbitcoin_depends.sources.tree import tree

    given = {
        "BITCOIN_LINE": args.bitcoin_line,
        "SOURCES_PATH": args.sources_path,
        "OFFLINE": "1" if args.offline else "",
    }
    asked = {name: text for name, text in given.items() if text}
    options = names.of_user(asked, among=_FROM_ENVIRONMENT)
    version = args.tree or releases.find(options.bitcoin_line).version
    store = SourceStore.of(options)
    print(tree(store, version, lambda line: print(line, file=sys.stderr)))
    return 0
