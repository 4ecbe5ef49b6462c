"""Selects an action's node, and shows values."""

from __future__ import annotations

import argparse
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpbitcoin import datadir as bitcoin
from mpbitcoin.arguments import seconds

if TYPE_CHECKING:
    from mpbitcoin.ipc.interface import Interface
    from mpbitcoin.ipc.session import Session

#: What a node may offer, by the session's attribute.
OFFERS = {"Init": "init", "Echo": "echo", "Mining": "mining", "Rpc": "rpc", "Chain": "chain"}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options that select the node."""
    add = parser.add_argument
    add("--address", default="unix", help="unix, or unix:<path of the socket> [%(default)s]")
    add("--datadir", type=Path, help="the node's data directory [Bitcoin Core's]")
    add("--chain", type=bitcoin.chain_name, choices=bitcoin.CHAINS, default="main",
        help="the node's chain [%(default)s]")  # fmt: skip
    add("--timeout", type=seconds, metavar="SECONDS",
        help="fail when an answer takes longer [30 for the first answer]")  # fmt: skip
    add("--json", action="store_true", help="print JSON")


def connect(args: argparse.Namespace) -> Session:
    """The connection that the options select. Raises ConnectionRefused, CallTimeout."""
    from mpbitcoin import ipc

    limits = ipc.Limits()
    if args.timeout is not None:
        limits = ipc.Limits(handshake=args.timeout, answer=args.timeout)
    return ipc.connect(args.address, datadir=args.datadir, chain=args.chain, limits=limits)


def offered_classes() -> dict[str, type[Interface]]:
    """The classes of interfaces that a node may offer."""
    from mpbitcoin.ipc._generated.chain import interfaces as ours
    from mpbitcoin.ipc._generated.core import interfaces

    return {name: getattr(interfaces, name, None) or getattr(ours, name) for name in OFFERS}


def known_types() -> list[str]:
    """Names of all known interfaces, structs and enumerations of nodes."""
    from mpbitcoin.ipc._generated.chain import bindings as our_bindings
    from mpbitcoin.ipc._generated.chain import handlers
    from mpbitcoin.ipc._generated.chain import interfaces as ours
    from mpbitcoin.ipc._generated.core import bindings, interfaces

    structs = {**bindings.STRUCTS, **our_bindings.STRUCTS}
    made = [
        *interfaces.CLASSES.values(),
        *ours.CLASSES.values(),
        *(struct for struct, *_ in structs.values() if is_dataclass(struct)),
        *bindings.ENUMS.values(),
        *our_bindings.ENUMS.values(),
    ]
    served = [name.removesuffix("Handler") for name in vars(handlers) if name.endswith("Handler")]
    return [each.__name__ for each in made] + served


def plain(value: Any) -> Any:
    """A value for JSON: hashes in Bitcoin's display order, bytes as hex."""
    from mpbitcoin.ipc.interface import BaseInterface
    from mpbitcoin.ipc.values import Hash

    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Hash):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, BaseInterface):
        return f"<{type(value).__name__}>"
    return value
