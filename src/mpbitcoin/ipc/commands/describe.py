"""What a running node offers: its interfaces with their methods and types.

mpbitcoin ipc describe --chain regtest            what the node offers
mpbitcoin ipc describe --chain regtest Mining     one interface
mpbitcoin ipc describe --schemas FOLDER a.capnp   what schemas say; no node is asked
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.commands import node
from mpbitcoin.ipc.commands.types import field_text, method_text, shown_fields

if TYPE_CHECKING:
    from mpbitcoin.ipc.session import Session

SUMMARY = "what a node offers: interfaces, methods, types"

#: What a node may offer, by the session's attribute.
_OFFERS = {"Echo": "echo", "Mining": "mining", "Rpc": "rpc", "Chain": "chain"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the action."""
    node.add_options(parser)
    parser.add_argument("--schemas", type=Path, metavar="FOLDER", help="describe schema files")
    parser.add_argument(
        "name", nargs="*", help="interfaces or structs; with --schemas files below FOLDER"
    )


def offered(session: Session) -> list[str]:
    """Names of the interfaces that the node gives."""
    from mpbitcoin.ipc.errors import Disconnected, IpcError

    found = ["Init"]
    for name, attribute in _OFFERS.items():
        try:
            there = getattr(session, attribute)
        except Disconnected:
            raise
        except IpcError:
            continue
        if there is not None:
            found.append(name)
    return found


def _reached(nodes: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """The nodes of these names and all that their methods and fields lead to."""
    by_id = {each["id"]: each for each in nodes}
    waiting = [each for each in nodes if each["name"] in names]
    found: dict[int, dict[str, Any]] = {}
    while waiting:
        each = waiting.pop(0)
        if each["id"] in found:
            continue
        found[each["id"]] = each
        fields = list(each.get("fields", ()))
        if each["name"] != "Init":
            for method in each.get("methods", ()):
                fields += shown_fields(method["params"]) + shown_fields(method["results"])
        waiting += [by_id[id_] for field in fields for id_ in _ids(field["type"]) if id_ in by_id]
    return list(found.values())


def _ids(kind: dict[str, Any]) -> list[int]:
    inner = [*kind.get("arguments", ()), *([kind["element"]] if "element" in kind else [])]
    return ([kind["id"]] if "id" in kind else []) + [id_ for each in inner for id_ in _ids(each)]


def _schema_nodes(folder: Path, files: list[str]) -> list[dict[str, Any]]:
    from mpbitcoin.ipc import native

    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    try:
        described = native.read_schemas(folder.absolute(), files).describe()
    except ValueError as error:
        raise UsageError(f"{', '.join(files)}: {error}", "files are named from FOLDER") from error
    return [each for each in described if not each["display_name"].startswith(("capnp/", "mp/"))]


def _show(nodes: list[dict[str, Any]]) -> None:
    for each in nodes:
        if each["kind"] == "interface":
            print(f"interface {each['name']}")
            for method in each["methods"]:
                if method["name"] not in {"construct", "destroy"}:
                    print(f"  {method_text(method)}")
        elif each["kind"] == "struct" and not each["group"]:
            print(f"struct {each['name']}")
            for field in each["fields"]:
                print(f"  {field_text(field)}")
        elif each["kind"] == "enum":
            print(f"enum {each['name']}: {', '.join(each['members'])}")


def execute(args: argparse.Namespace) -> int:
    """Run the action."""
    if args.schemas:
        nodes = _schema_nodes(args.schemas, args.name)
        names, release = [each["name"] for each in nodes], ""
    else:
        with node.connect(args) as session:
            names, release = offered(session), session.release
            described = session.schemas.describe()
        wanted = args.name or names
        known = {each["name"] for each in described}
        for name in wanted:
            if name not in known:
                raise UsageError(f"{name}: not in the schemas of {release}")
        nodes = _reached(described, wanted)
    if args.json:
        print(json.dumps({"release": release, "offers": names, "types": nodes}, indent=1))
        return 0
    if release:
        print(f"schemas of {release}; the node offers {', '.join(names)}")
    _show(nodes)
    return 0
