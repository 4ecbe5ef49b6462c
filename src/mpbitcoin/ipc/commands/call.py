"""Call a method of a running node and print the result as JSON.

mpbitcoin ipc call --chain regtest Mining.getTip
mpbitcoin ipc call --chain regtest Echo.echo hello
mpbitcoin ipc call --chain regtest Chain.getBlockHash 0
mpbitcoin ipc call --chain regtest Mining.createNewBlock '{"useMempool": false}' false

Values are JSON; texts need no quotes. Hashes use Bitcoin's display order, other bytes are hex,
structs are JSON objects; null omits an optional value. `mpbitcoin ipc describe` shows the
parameters of each method.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.commands import node
from mpbitcoin.ipc.commands.schema_text import method_text, shown_methods

if TYPE_CHECKING:
    from mpbitcoin.ipc.session import Session

SUMMARY = "call a method of a node"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the action."""
    node.add_options(parser)
    add = parser.add_argument
    method = add("method", metavar="INTERFACE.METHOD", help="the method to call")
    method.completer = _complete  # type: ignore[attr-defined]
    add("value", nargs="*", default=[], help="a value for each parameter")


def _complete(prefix: str, **_: object) -> list[str]:
    """Shell completion of methods; contacts no node."""
    offered = node.offered_classes()
    if "." not in prefix:
        return [f"{name}." for name in offered]
    return [
        f"{name}.{signature.name}"
        for name, interface in offered.items()
        for signature in interface.SIGNATURES.values()
        if signature.name != "destroy"
    ]


def _find(session: Session, text: str) -> tuple[Any, dict[str, Any]]:
    """The object, and the schema's description of the method. Raises UsageError, IpcError."""
    from mpbitcoin.arguments import nearest

    interface, _, name = text.partition(".")
    if interface not in node.OFFERS:
        raise UsageError(f"{text}: no such interface", f"choose one of {', '.join(node.OFFERS)}")
    if interface == "Init":
        _ = session.release  # detect the release now: methods differ between releases
    target = getattr(session, node.OFFERS[interface])
    [found] = (
        each
        for each in session.schemas.describe()
        if each["id"] == target.TYPE_ID and each["kind"] == "interface"
    )
    methods = {
        known: method
        for method in shown_methods(found)
        if method["python_name"] in target.SIGNATURES
        for known in (method["python_name"], method["name"])
    }
    if name not in methods:
        near = nearest(name, list(methods))
        meant = f"did you mean {interface}.{methods[near]['name']}? " if near else ""
        raise UsageError(
            f"{text}: no such method", f"{meant}`mpbitcoin ipc describe {interface}` lists them"
        )
    return target, methods[name]


def execute(args: argparse.Namespace) -> int:
    """Run the action."""
    from mpbitcoin.ipc._generated.core import bindings
    from mpbitcoin.ipc.commands.values import Values

    with node.connect(args) as session:
        target, method = _find(session, args.method)
        hooks = bindings.METHODS.get((target.TYPE_ID, method["python_name"]), (None, {}, {}))[1]
        values = Values(session.schemas.describe(), bindings.STRUCTS)
        given = values.of(method, args.value, hooks)
        try:
            result = getattr(target, method["python_name"])(*given)
        except (TypeError, ValueError) as error:
            raise UsageError(f"{args.method}: {error}", method_text(method)) from error
        print(json.dumps(node.plain(result), indent=None if args.json else 1, ensure_ascii=False))
    return 0
