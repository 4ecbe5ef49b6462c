"""Print the bill of materials of the executables: sources, hashes, licences, patches.

CycloneDX 1.6 in JSON. Words are options of `mpbitcoin depends` (NO_ZMQ=1, HOST=...), as they were
given to `mpbitcoin build`. With --prefix it is of what one build links; so a wheel gets its own,
which it carries in its metadata.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

SUMMARY = "print what the executables are made of, as CycloneDX JSON"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("words", nargs="*", metavar="NAME=value", help="options of depends")
    parser.add_argument("--prefix", type=Path, metavar="FOLDER", help="the prefix of a build")
    parser.add_argument("--linked", action="append", default=[], metavar="PACKAGE",
                        help="a package of the prefix that the build links")  # fmt: skip
    parser.add_argument("--tree", type=Path, metavar="FOLDER", help="the build's Bitcoin Core")
    parser.add_argument("--tree-version", metavar="VERSION", help="what that states to be")
    parser.add_argument("--also", action="append", default=[], metavar="NAME==VERSION:LICENCE",
                        help="what else is linked, from the Python index")  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin.cli.depends import split
    from mpbitcoin.errors import UsageError
    from mpbitcoin.files import write_text
    from mpbitcoin.project import sbom

    targets, options = split(args.words)
    if targets:
        raise UsageError(f"{targets[0]}: not NAME=value")
    if args.prefix is None:
        made = sbom.of_options(options, args.also)
    elif args.words or not args.tree or not args.tree_version:
        raise UsageError(
            "--prefix needs --tree and --tree-version, and takes no NAME=value",
            "mpbitcoin sbom --help",
        )
    else:
        made = sbom.of_build(args.prefix, args.linked, args.tree, args.tree_version, args.also)
    text = json.dumps(made, indent=1) + "\n"
    if args.output:
        write_text(args.output, text)
    else:
        sys.stdout.write(text)
    return 0
