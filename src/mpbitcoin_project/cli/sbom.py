"""Print the software bill of materials (SBOM): sources, hashes, licences, patches.

The output is CycloneDX 1.6 in JSON. NAME=value sets an option of `mpbitcoin depends` (NO_ZMQ=1,
HOST=...), as for `mpbitcoin build`. --prefix limits it to what one build links: the wheel carries
such a bill in its metadata.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

SUMMARY = "print the SBOM of the executables as CycloneDX JSON"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument(
        "words", nargs="*", metavar="NAME=value", help="an option of `mpbitcoin depends`"
    )
    parser.add_argument("--prefix", type=Path, metavar="FOLDER", help="the prefix of a build")
    parser.add_argument("--linked", action="append", default=[], metavar="PACKAGE",
                        help="a package of the prefix that the build links")  # fmt: skip
    parser.add_argument("--tree", type=Path, metavar="FOLDER", help="the build's Bitcoin Core tree")
    parser.add_argument("--tree-version", metavar="VERSION", help="the version of that tree")
    parser.add_argument("--also", action="append", default=[], metavar="NAME==VERSION:LICENCE",
                        help="another linked project, from the Python index")  # fmt: skip
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write to this file [standard output]"
    )


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends.cli.depends import split
    from mpbitcoin_depends.errors import UsageError
    from mpbitcoin_depends.files import write_text
    from mpbitcoin_project import sbom

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
