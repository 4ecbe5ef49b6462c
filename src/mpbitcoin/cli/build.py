"""Build the executables: packages, configuration and compilation in one go.

Words are options of `mpbitcoin depends` (NO_ZMQ=1, HOST=..., CC=...); -D gives a setting
to CMake, which is kept. An unchanged part takes no time; with other options, the folder is
configured afresh.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from mpbitcoin import arguments, paths

SUMMARY = "build bitcoin-node, bitcoin-wallet, bitcoin-cli and the tools"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("words", nargs="*", metavar="NAME=value", help="options of depends")
    parser.add_argument(
        "-B", "--build-folder", type=Path, default=paths.PROJECT / "build", help="[build]"
    )
    parser.add_argument(
        "-j", "--jobs", type=arguments.jobs, default=0, metavar="N", help="compilers at once"
    )
    parser.add_argument("-t", "--target", action="append", default=[], help="only this target")
    parser.add_argument("-D", dest="define", action="append", default=[], metavar="NAME=VALUE",
                        help="a CMake setting")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin.project import steps

    project = steps.build(
        args.words, args.build_folder.absolute(), args.define, args.target, args.jobs
    )
    if args.json:
        print(json.dumps({"bin": str(project.bin), "toolchain": str(project.toolchain)}))
    else:
        print(f"executables: {project.bin}")
    return 0
