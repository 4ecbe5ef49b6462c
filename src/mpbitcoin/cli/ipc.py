"""Call a running node over IPC, and draw the calls between its processes."""

from __future__ import annotations

import argparse

from mpbitcoin.ipc.commands import call, describe, watch
from mpbitcoin.tracing import command as trace

SUMMARY = "call a running node over IPC, and draw the calls between its processes"
ANYWHERE = True
_ACTIONS = {"describe": describe, "call": call, "watch": watch, "trace": trace}


def configure(parser: argparse.ArgumentParser) -> None:
    """One sub-command per action."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, module in _ACTIONS.items():
        child = actions.add_parser(
            name,
            help=module.SUMMARY,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(child)
        child.set_defaults(run=module.execute)


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin.ipc.errors import CallTimeout

    try:
        status: int = args.run(args)
    except CallTimeout as error:
        raise CallTimeout(error.message, "raise the limit with --timeout") from error
    return status
