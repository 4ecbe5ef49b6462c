"""Show the interfaces of a running node, with their methods and types.

mpbitcoin ipc describe --chain regtest            all interfaces of the node
mpbitcoin ipc describe --chain regtest Mining     one interface and all that it refers to
mpbitcoin ipc describe --schemas FOLDER           schema files; contacts no node
mpbitcoin ipc describe --schemas FOLDER a.capnp   one file of FOLDER, and its imports
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.commands import node
from mpbitcoin.ipc.commands.schema_text import field_text, method_text, shown_fields, shown_methods

if TYPE_CHECKING:
    from mpbitcoin.ipc.session import Session

SUMMARY = "show the interfaces, methods and types of a node"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the action."""
    node.add_options(parser)
    parser.add_argument(
        "--schemas", type=Path, metavar="FOLDER", help="describe schema files instead of a node"
    )
    name = parser.add_argument(
        "name", nargs="*", help="interfaces or structs; with --schemas files below FOLDER"
    )
    name.completer = _complete  # type: ignore[attr-defined]


def _complete(parsed_args: argparse.Namespace, **_: object) -> list[str]:
    """Shell completion of names; contacts no node."""
    folder = parsed_args.schemas
    return _files(folder) if folder else node.known_types()


def offered(session: Session) -> list[str]:
    """Names of the interfaces that the node offers."""
    from mpbitcoin.ipc.errors import Disconnected, IpcError

    found = []
    for name, attribute in node.OFFERS.items():
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
    """The nodes with these names, and all that their methods and fields refer to."""
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


def _files(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*.capnp"))


def _schema_nodes(folder: Path, named: list[str]) -> list[dict[str, Any]]:
    from mpbitcoin.ipc import native

    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    files = named or _files(folder)
    if not files:
        raise UsageError(f"{folder}: contains no *.capnp files")
    try:
        described = native.read_schemas(folder.absolute(), files).describe()
    except ValueError as error:
        raise UsageError(
            f"{folder}: {error}", "paths start in FOLDER, which is also the import path"
        ) from error
    return [each for each in described if not each["display_name"].startswith(("capnp/", "mp/"))]


def _text(each: dict[str, Any]) -> str:
    """A type and its members, one per line; empty for a nested type."""
    if each["kind"] == "interface":
        return "\n  ".join([f"interface {each['name']}", *map(method_text, shown_methods(each))])
    if each["kind"] == "struct" and not each["group"]:
        return "\n  ".join([f"struct {each['name']}", *map(field_text, each["fields"])])
    if each["kind"] == "enum":
        return f"enum {each['name']}: {', '.join(each['members'])}"
    return ""


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
                raise UsageError(
                    f"{name}: not in the schemas of {release}",
                    f"the node offers {', '.join(names)}; without a name, describe shows all types",
                )
        nodes = _reached(described, wanted)
    if args.json:
        print(json.dumps({"release": release, "offers": names, "types": nodes}, indent=1))
        return 0
    if release:
        print(f"schemas of {release}; the node offers {', '.join(names)}\n")
    print("\n\n".join(filter(None, map(_text, nodes))))
    return 0
