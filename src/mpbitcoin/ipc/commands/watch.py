"""Show a node's new blocks and transactions until interrupted.

mpbitcoin ipc watch --chain regtest              a line per event
mpbitcoin ipc watch --chain regtest --json       a JSON object per event
mpbitcoin ipc watch --chain regtest --count 10   stop after ten events

For a node without a Chain interface, only new tips are shown.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import threading
from typing import TYPE_CHECKING, Any

from mpbitcoin import arguments
from mpbitcoin.ipc.commands import node
from mpbitcoin.ipc.transactions import txid

if TYPE_CHECKING:
    from mpbitcoin.ipc._generated.core.interfaces import Mining
    from mpbitcoin.ipc.session import Session

SUMMARY = "show a node's new blocks and transactions"

#: Why a transaction has left the mempool: the tree's MemPoolRemovalReason, in its order.
_REASONS = ("expiry", "size limit", "reorg", "block", "conflict", "replaced")

Event = dict[str, Any]


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the action."""
    node.add_options(parser)
    parser.add_argument(
        "--count", type=arguments.count, default=0, help="stop after this many events [0: never]"
    )


class Watcher:
    """Receives a chain's notifications and passes events on."""

    def __init__(self, events: queue.Queue[Event | None]) -> None:
        self._put = events.put

    def transaction_added_to_mempool(self, tx: bytes) -> None:
        """A transaction has entered the mempool."""
        self._put({"event": "transaction added", "txid": str(txid(tx)), "bytes": len(tx)})

    def transaction_removed_from_mempool(self, tx: bytes, reason: int) -> None:
        """A transaction has left the mempool."""
        self._put(
            {
                "event": "transaction removed",
                "txid": str(txid(tx)),
                "bytes": len(tx),
                "reason": _REASONS[reason] if 0 <= reason < len(_REASONS) else str(reason),
            }
        )

    def block_connected(self, role: object, block: Any) -> None:  # noqa: ARG002
        """A block was added to the chain."""
        self._block("block connected", block)

    def block_disconnected(self, block: Any) -> None:
        """The chain's last block was removed."""
        self._block("block disconnected", block)

    def _block(self, event: str, block: Any) -> None:
        size = len(block.data)
        self._put({"event": event, "height": block.height, "hash": str(block.hash), "bytes": size})


def _watch_tips(mining: Mining, events: queue.Queue[Event | None]) -> None:
    from mpbitcoin.ipc.errors import Disconnected

    try:
        tip = mining.get_tip()
        mining = mining.within(None)
        while tip is not None:
            tip = mining.wait_tip_changed(tip.hash)
            if tip is not None:
                events.put({"event": "new tip", "height": tip.height, "hash": str(tip.hash)})
    except Disconnected:
        pass
    events.put(None)


def _start(session: Session, events: queue.Queue[Event | None]) -> object:
    """Start the events; returns objects to keep alive."""
    from mpbitcoin.ipc.errors import MethodUnimplemented

    try:
        chain = session.chain
    except MethodUnimplemented:
        words = (session.mining, events)
        watcher = threading.Thread(target=_watch_tips, args=words, daemon=True)
        watcher.start()
        return watcher
    return chain.handle_notifications(Watcher(events))  # type: ignore[arg-type]


def _print(event: Event, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(event), flush=True)
    else:
        rest = " ".join(f"{name}={value}" for name, value in event.items() if name != "event")
        print(f"{event['event']:<20} {rest}", flush=True)


def execute(args: argparse.Namespace) -> int:
    """Run the action."""
    from mpbitcoin.ipc.errors import Disconnected

    events: queue.Queue[Event | None] = queue.Queue()
    with node.connect(args) as session:
        kept = _start(session, events)
        print("watching; stop with Ctrl-C", file=sys.stderr, flush=True)
        shown = 0
        try:
            while not args.count or shown < args.count:
                try:
                    event = events.get(timeout=0.5)
                except queue.Empty:
                    event = None if session.closed else {}
                if event is None:
                    raise Disconnected("the node has ended", "start it again")
                if event:
                    _print(event, as_json=args.json)
                    shown += 1
        except KeyboardInterrupt:
            pass
        del kept
    return 0
