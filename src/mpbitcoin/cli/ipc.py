"""Look at the calls between processes."""

from __future__ import annotations

import argparse

from mpbitcoin.trace import command as trace

SUMMARY = "look at the calls between processes"


def configure(parser: argparse.ArgumentParser) -> None:
    """One sub-command per action."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    child = actions.add_parser(
        "trace",
        help=trace.SUMMARY,
        description=trace.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    trace.configure(child)
    child.set_defaults(run=trace.execute)


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    status: int = args.run(args)
    return status
