"""Fetch, verify and unpack a pinned Bitcoin Core tree; its folder is the last line printed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from mpbitcoin.depends import options as names
from mpbitcoin.errors import UsageError

_FROM_ENVIRONMENT = ("SOURCES_PATH", "FALLBACK_DOWNLOAD_PATH", "OFFLINE")
SUMMARY = "fetch a pinned Bitcoin Core tree and print its folder"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("name", choices=["bitcoin-core"], help="what to fetch")
    parser.add_argument("--tree", metavar="VERSION", help="another pinned version than the newest")
    parser.add_argument("--sources-path", default="", help="folder of the source archives")
    parser.add_argument("--offline", action="store_true", help="never use the network")
    parser.epilog = "SOURCES_PATH, FALLBACK_DOWNLOAD_PATH and OFFLINE of the environment count too."


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin.depends.sources import SourceStore
    from mpbitcoin.depends.sources.tree import tree, tree_versions

    known = tree_versions()
    version = args.tree or known[0]
    if version not in known:
        raise UsageError(f"no Bitcoin Core {version} is pinned", f"pinned are {', '.join(known)}")
    given = {"SOURCES_PATH": args.sources_path, "OFFLINE": "1" if args.offline else ""}
    environment = {name: os.environ[name] for name in _FROM_ENVIRONMENT if name in os.environ}
    options = names.parse({name: text for name, text in given.items() if text}, environment)
    folder = Path(names.sources_path(options)).expanduser().resolve()
    fallbacks = tuple(options.fallback_download_path.split())
    store = SourceStore(folder, fallbacks, options.offline)
    print(tree(store, version, lambda line: print(line, file=sys.stderr)))
    return 0
