"""Call a method of a running node and print what it gives, as JSON.

mpbitcoin ipc call --chain regtest Mining.getTip
mpbitcoin ipc call --chain regtest Echo.echo hello
mpbitcoin ipc call --chain regtest Chain.getBlockHash 0

Values are JSON; what is none is text. Hashes are given and shown as Bitcoin shows them, other
bytes as hex, structs as JSON objects.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.commands import node
from mpbitcoin.ipc.commands.types import method_text, shown_fields

if TYPE_CHECKING:
    from mpbitcoin.ipc.session import Session

SUMMARY = "call a method of a node"
_OBJECTS = {
    "Init": "init",
    "Echo": "echo",
    "Mining": "mining",
    "Rpc": "rpc",
    "Chain": "chain",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the action."""
    node.add_options(parser)
    add = parser.add_argument
    add("--timeout", type=float, metavar="SECONDS", help="give up after this time")
    add("method", metavar="INTERFACE.METHOD")
    add("value", nargs="*", help="a value for each parameter")


def _find(session: Session, text: str) -> tuple[Any, dict[str, Any]]:
    """The object, and the method as the schema describes it. Raises UsageError."""
    interface, _, name = text.partition(".")
    if interface not in _OBJECTS:
        raise UsageError(f"{text}: no such interface", f"there are {', '.join(_OBJECTS)}")
    target = getattr(session, _OBJECTS[interface])
    for each in session.schemas.describe():
        if each["kind"] == "interface" and each["name"] == interface:
            for method in each["methods"]:
                if name in {method["name"], method["python_name"]}:
                    return target, method
    raise UsageError(f"{text}: no such method", f"mpbitcoin ipc describe {interface}")


def _value(text: str, field: dict[str, Any], hook: Any) -> Any:
    """What the text of a value means for a parameter. Raises UsageError."""
    from mpbitcoin.ipc.values import Hash

    kind = field["type"]["kind"]
    try:
        if kind == "text":
            return text
        if kind in {"data", "any"}:
            is_hash = isinstance(hook, type) and issubclass(hook, Hash)
            return Hash.from_hex(text) if is_hash else bytes.fromhex(text)
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{field['name']}: {text}: {error}", f"a {kind} is needed") from error


def execute(args: argparse.Namespace) -> int:
    """Run the action."""
    from mpbitcoin.ipc._generated.core import bindings

    with node.connect(args) as session:
        target, method = _find(session, args.method)
        params = shown_fields(method["params"])
        if len(args.value) > len(params):
            raise UsageError(f"{args.method}: too many values", method_text(method))
        hooks = bindings.METHODS.get((target.TYPE_ID, method["python_name"]), (None, {}, {}))[1]
        values = [
            _value(text, field, hooks.get(field["python_name"]))
            for text, field in zip(args.value, params, strict=False)
        ]
        try:
            result = getattr(target.within(args.timeout), method["python_name"])(*values)
        except TypeError as error:
            raise UsageError(f"{args.method}: {error}", method_text(method)) from error
        print(json.dumps(node.plain(result), indent=None if args.json else 1, ensure_ascii=False))
    return 0
