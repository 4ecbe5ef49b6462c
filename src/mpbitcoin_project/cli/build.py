"""Build the packages, configure with CMake and compile the executables.

NAME=value sets an option of `mpbitcoin depends` (NO_ZMQ=1, HOST=..., CC=...). -D sets a CMake
variable, and later runs keep it. Unchanged steps are skipped; other options configure the folder
again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from mpbitcoin_depends import arguments
from mpbitcoin_project import paths

SUMMARY = "build bitcoin-node, bitcoin-wallet, bitcoin-cli and the tools"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument(
        "words", nargs="*", metavar="NAME=value", help="an option of `mpbitcoin depends`"
    )
    parser.add_argument(
        "-B",
        "--build-folder",
        type=Path,
        default=paths.PROJECT / "build",
        help="folder of the build [build]",
    )
    arguments.add_options(parser, ["JOBS"])
    parser.add_argument(
        "--packages", action="store_true", help="build only the packages, and make the prefix"
    )
    parser.add_argument(
        "-t", "--target", action="append", default=[], help="build only this target"
    )
    parser.add_argument("-D", dest="define", action="append", default=[], metavar="NAME=VALUE",
                        help="set a CMake variable")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends.progress import Progress
    from mpbitcoin_project import steps

    options = steps.options_of(args.words, arguments.given_options(args))
    if args.packages:
        with Progress() as progress:
            toolchain = steps.packages(options, progress).toolchain
        print(json.dumps({"toolchain": toolchain}) if args.json else f"toolchain: {toolchain}")
        return 0
    folder = args.build_folder.absolute()
    project = steps.build(folder, args.define, args.target, options)
    if args.json:
        print(json.dumps({"bin": str(project.bin), "toolchain": str(project.toolchain)}))
    else:
        print(f"executables: {project.bin}")
    return 0
