"""The schemas' types and methods as text."""

from __future__ import annotations

import json
from typing import Any

from mpbitcoin.ipc import hidden

#: A duration's default: unlimited.
_MAX_DOUBLE = 1.7976931348623157e308


def type_text(kind: dict[str, Any]) -> str:
    """A type as the schema writes it."""
    if kind["kind"] == "list":
        return f"List({type_text(kind['element'])})"
    name = kind.get("name", "AnyPointer" if kind["kind"] == "any" else kind["kind"].capitalize())
    arguments = ", ".join(type_text(each) for each in kind.get("arguments", ()))
    return f"{name}({arguments})" if arguments else str(name)


def field_text(field: dict[str, Any]) -> str:
    """A field, its type and its default."""
    text = f"{field['name']} :{type_text(field['type'])}"
    if field["explicit_default"]:
        endless = field["default"] == _MAX_DOUBLE
        text += " = unlimited" if endless else f" = {json.dumps(field['default'])}"
    return text + (" or none" if field["optional"] else "")


def shown_fields(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fields without those of libmultiprocess."""
    return [
        each
        for each in fields
        if not each["exception"]
        and not each["context"]
        and each["type"].get("name") not in hidden.TYPES
    ]


def shown_methods(interface: dict[str, Any]) -> list[dict[str, Any]]:
    """Methods without those of libmultiprocess, and without removed ones."""
    omitted = {"construct", *hidden.METHODS}
    return [each for each in interface["methods"] if each["name"] not in omitted]


def method_text(method: dict[str, Any]) -> str:
    """A method with its parameters and results."""
    taken = ", ".join(field_text(each) for each in shown_fields(method["params"]))
    given = ", ".join(field_text(each) for each in shown_fields(method["results"]))
    return f"{method['name']}({taken})" + (f" -> {given}" if given else "")
