"""Run the tests, Bitcoin Core's functional suite among them.

The stages run in this order. Those that only need what is built run at the same time, each with a
log of its own. After a failure no further stage starts. Name stages to run only those.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mpbitcoin_depends import arguments, machine
from mpbitcoin_project import paths
from mpbitcoin_project.cli import interrupt_on_signals

SUMMARY = "run all tests"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    from mpbitcoin_project.check import MOST_JOBS
    from mpbitcoin_project.stages import DEFAULT, NAMED

    stages = f"{', '.join(DEFAULT)}; only when named: {', '.join(NAMED)}"
    parser.add_argument("stage", nargs="*", metavar="STAGE", help=stages)
    parser.add_argument(
        "-B", "--build-folder", type=Path, default=paths.PROJECT / "build", help="[build]"
    )
    parser.add_argument(
        "-j", "--jobs", type=arguments.whole(1, MOST_JOBS), metavar="N",
        default=MOST_JOBS if machine.cores() > 1 else 1,
        help="number of stages that run at the same time [%(default)s]",
    )  # fmt: skip


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_project import check

    interrupt_on_signals()
    return check.run(args.stage, args.build_folder.absolute(), args.jobs)
