"""Build missing executables, then run the demonstration on regtest, or one executable.

mpbitcoin run                                       the demonstration
mpbitcoin run bitcoin-node -regtest -debug=ipc      an executable with its arguments
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mpbitcoin_depends.errors import UsageError
from mpbitcoin_project import paths

SUMMARY = "build missing executables, then run the demonstration on regtest, or one executable"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument(
        "-B",
        "--build-folder",
        type=Path,
        default=paths.PROJECT / "build",
        help="folder of the build [build]",
    )
    parser.add_argument(
        "command",
        nargs=argparse.REMAINDER,
        metavar="EXECUTABLE ...",
        help="an executable and its arguments",
    )


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_project import demo, steps
    from mpbitcoin_project.build_folder import EXECUTABLES
    from mpbitcoin_project.estimate import announce

    folder = args.build_folder.absolute()
    if args.command and (folder / "bin" / args.command[0]).is_file():
        return demo.run_executable(folder / "bin", args.command)
    if args.command and args.command[0] not in EXECUTABLES:
        known = ", ".join(EXECUTABLES)
        raise UsageError(f"unknown executable {args.command[0]}", f"choose one of {known}")
    announce(folder, ["a demonstration on regtest" if not args.command else args.command[0]])
    project = steps.build(folder)
    if args.command:
        return demo.run_executable(project.bin, args.command)
    sys.stdout.flush()
    demo.show(project.bin)
    return 0
