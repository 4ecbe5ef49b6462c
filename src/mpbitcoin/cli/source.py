"""Fetch, verify and unpack a pinned Bitcoin Core tree; its folder is the last line printed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mpbitcoin import paths
from mpbitcoin.errors import UsageError

SUMMARY = "fetch a pinned Bitcoin Core tree and print its folder"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("name", choices=["bitcoin-core"], help="what to fetch")
    parser.add_argument("--tree", metavar="VERSION", help="another pinned version than the newest")
    parser.add_argument("--sources-path", type=Path, help="folder of the source archives")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin.depends.sources import SourceStore
    from mpbitcoin.depends.sources.tree import tree, tree_versions

    known = tree_versions()
    version = args.tree or known[0]
    if version not in known:
        raise UsageError(f"no Bitcoin Core {version} is pinned", f"pinned are {', '.join(known)}")
    store = SourceStore(args.sources_path or paths.default_sources())
    print(tree(store, version, lambda line: print(line, file=sys.stderr)))
    return 0
