"""Run all tests: style, types, unit, integration and Bitcoin Core's functional tests.

The stages run in this order and stop at the first failure. Name stages to run only those.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mpbitcoin import paths

SUMMARY = "run all tests"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    from mpbitcoin.project.check import STAGES

    parser.add_argument("stage", nargs="*", metavar="STAGE", help=", ".join(STAGES))
    parser.add_argument(
        "-B", "--build-folder", type=Path, default=paths.PROJECT / "build", help="[build]"
    )


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin.project import check

    return check.run(args.stage, args.build_folder.absolute())
