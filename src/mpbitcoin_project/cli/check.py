"""Run the tests, Bitcoin Core's functional suite among them.

The stages run in this order and stop at the first failure. Name stages to run only those.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mpbitcoin_project import paths

SUMMARY = "run all tests"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    from mpbitcoin_project.check import DEFAULT, NAMED

    stages = f"{', '.join(DEFAULT)}; only when named: {', '.join(NAMED)}"
    parser.add_argument("stage", nargs="*", metavar="STAGE", help=stages)
    parser.add_argument(
        "-B", "--build-folder", type=Path, default=paths.PROJECT / "build", help="[build]"
    )


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_project import check

    return check.run(args.stage, args.build_folder.absolute())
