"""Start, query and stop a node in the background.

mpbitcoin node start                        regtest, with an IPC socket; returns when it is ready
mpbitcoin node start -- -txindex            options of bitcoin-node follow --
mpbitcoin node cli getblockchaininfo        bitcoin-cli, connected to that node
mpbitcoin node status --json
mpbitcoin node stop

Data directory (default: Bitcoin Core's) and chain identify a node: pass the same --datadir and
--chain each time, before the word `cli`.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mpbitcoin.arguments import seconds

if TYPE_CHECKING:
    from mpbitcoin.node.daemon import Daemon

SUMMARY = "start, query and stop a node in the background"
ANYWHERE = True
_STOP_SECONDS = 60.0
_NOT_RUNNING = 1


def _place(parser: argparse.ArgumentParser, again: bool) -> None:
    from mpbitcoin import datadir

    def default(value: object) -> object:
        return argparse.SUPPRESS if again else value

    add = parser.add_argument
    add("--datadir", type=Path, default=default(datadir.default()),
        help="the node's data directory [Bitcoin Core's]")  # fmt: skip
    add("--chain", type=datadir.chain_name, choices=datadir.CHAINS, default=default("regtest"),
        help="the node's chain [regtest]")  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    """The actions and their flags."""
    _place(parser, again=False)
    below = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, summary: str) -> argparse.ArgumentParser:
        child = below.add_parser(name, help=summary, description=summary)
        _place(child, again=True)
        child.add_argument("--json", action="store_true", help="print JSON")
        return child

    start = action("start", "start bitcoin-node and wait until it is ready")
    start.epilog = "Options of bitcoin-node follow --: mpbitcoin node start -- -txindex"
    start.add_argument("options", nargs="*", metavar="-- OPTION", help="options of bitcoin-node")
    stop = action("stop", "stop the node and wait until it has ended")
    stop.add_argument("--timeout", type=seconds, default=_STOP_SECONDS, metavar="SECONDS",
                      help="give up waiting after this time [%(default)g]")  # fmt: skip
    action("status", "show the node's state; exit status 1 when it is not running")
    # All words belong to bitcoin-cli, also those with a dash.
    cli = below.add_parser("cli", help="run bitcoin-cli with this node", prefix_chars="\0",
                           add_help=False)  # fmt: skip
    words = cli.add_argument("words", nargs="*", metavar="WORD")
    words.completer = _commands  # type: ignore[attr-defined]


def _commands(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """Shell completion: the node's RPC commands, if it runs and none is typed yet."""
    from mpbitcoin.errors import RunError

    if parsed_args.words:
        return []
    try:
        return _daemon(parsed_args).commands()
    except RunError:
        return []


def _report(daemon: Daemon, as_json: bool) -> int:
    status = daemon.status()
    if as_json:
        print(json.dumps(asdict(status)))
    elif not status.running:
        print(f"no node is running on {status.chain} in {status.datadir}")
    else:
        print(f"{status.version} on {status.chain}, pid {status.pid}")
        print(f"  data     {daemon.folder}")
        print(f"  socket   {status.socket or 'none'}")
        print(f"  blocks   {status.blocks} of {status.headers}")
        print(f"  peers    {status.peers}")
        print(f"  wallets  {', '.join(w or '(default)' for w in status.wallets) or 'none'}")
    return 0 if status.running else _NOT_RUNNING


def _start(daemon: Daemon, args: argparse.Namespace) -> int:
    daemon.start(args.options)
    return _report(daemon, args.json)


def _stop(daemon: Daemon, args: argparse.Namespace) -> int:
    pid = daemon.stop(args.timeout)
    print(json.dumps({"stopped": pid}) if args.json else f"stopped, pid {pid}")
    return 0


def _status(daemon: Daemon, args: argparse.Namespace) -> int:
    return _report(daemon, args.json)


def _cli(daemon: Daemon, args: argparse.Namespace) -> int:
    command = daemon.cli_command(args.words)
    os.execv(command[0], command)


_ACTIONS: dict[str, Callable[[Daemon, argparse.Namespace], int]] = {
    "start": _start,
    "stop": _stop,
    "status": _status,
    "cli": _cli,
}


def _daemon(args: argparse.Namespace) -> Daemon:
    from mpbitcoin import paths
    from mpbitcoin.node.daemon import Daemon

    return Daemon(paths.expanded(args.datadir).absolute(), args.chain)


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    return _ACTIONS[args.action](_daemon(args), args)
