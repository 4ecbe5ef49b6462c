"""Converts values of the command line to the Python types of a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import is_dataclass
from typing import Any

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc.commands.schema_text import method_text, shown_fields, type_text
from mpbitcoin.ipc.values import Hash

Structs = Mapping[int, tuple[Any, Mapping[str, Any], Mapping[str, Any]]]


class Values:
    """Converts values. `described` are the schemas' types, `structs` Python's classes by id."""

    def __init__(self, described: list[dict[str, Any]], structs: Structs) -> None:
        self._fields = {each["id"]: each.get("fields", []) for each in described}
        self._structs = structs

    def of(self, method: dict[str, Any], texts: list[str], hooks: Mapping[str, Any]) -> list[Any]:
        """Values of the method's first parameters. Raises UsageError."""
        params = shown_fields(method["params"])
        if len(texts) > len(params):
            raise UsageError(
                f"{method['name']}: {len(texts)} values for {len(params)} parameters",
                method_text(method),
            )
        made = []
        for text, field in zip(texts, params, strict=False):
            try:
                given = self._given(text, field)
                made.append(self._value(field["type"], given, hooks.get(field["python_name"])))
            except ValueError as error:
                raise UsageError(f"{field['name']}: {error}", method_text(method)) from error
        return made

    def _given(self, text: str, field: dict[str, Any]) -> Any:
        kind = field["type"]["kind"]
        if kind == "text" or (kind in {"data", "any"} and text != "null"):
            return text
        try:
            return json.loads(text)
        except ValueError:
            raise ValueError(f"{text} is not JSON") from None

    def _value(self, kind: dict[str, Any], given: Any, hook: Any = None) -> Any:
        if given is None:
            return None
        name = kind["kind"]
        if name in {"data", "any"}:
            return _bytes(given, hook)
        if name == "list":
            elements = _expect(list, given, "a list")
            return [self._value(kind["element"], each) for each in elements]
        if name == "struct":
            return self._struct(kind, given)
        if name == "interface":
            raise ValueError(f"{type_text(kind)} is an object: only a program can pass it")
        if match := re.fullmatch(r"(u?)int(\d+)", name):
            return _integer(given, int(match[2]), signed=not match[1])
        plain = {"bool": (bool, "true or false"), "text": (str, "a text")}
        wanted, words = plain.get(name, ((int, float), "a number"))
        return _expect(wanted, given, words)

    def _struct(self, kind: dict[str, Any], given: Any) -> Any:
        make, hooks, _ = self._structs[kind["id"]]
        if make is tuple:
            parts = _expect(list, given, f"a list of {len(kind['arguments'])}")
            return tuple(map(self._value, kind["arguments"], parts))
        if not is_dataclass(make):
            raise ValueError(f"only a program can pass {type_text(kind)}")
        known = {
            name: field
            for field in self._fields[kind["id"]]
            for name in (field["python_name"], field["name"])
        }
        made = {}
        for name, value in _expect(dict, given, "a JSON object").items():
            if name not in known:
                names = ", ".join(field["name"] for field in self._fields[kind["id"]])
                raise ValueError(f"{type_text(kind)} has no {name}; it has {names}")
            field = known[name]
            python_name = field["python_name"]
            made[python_name] = self._value(field["type"], value, hooks.get(python_name))
        construct: Any = make
        return construct(**made)


def _expect(wanted: Any, given: Any, words: str) -> Any:
    if isinstance(given, wanted) and (wanted is bool or not isinstance(given, bool)):
        return given
    raise ValueError(f"{json.dumps(given)} is not {words}")


def _bytes(given: Any, hook: Any) -> bytes:
    text = _expect(str, given, "hex in quotes")
    is_hash = isinstance(hook, type) and issubclass(hook, Hash)
    try:
        return hook.from_hex(text) if is_hash else bytes.fromhex(text)
    except ValueError:
        wanted = "the hex of 32 bytes" if is_hash else "hex"
        raise ValueError(f"{text!r} is not {wanted}") from None


def _integer(given: Any, bits: int, *, signed: bool) -> int:
    number: int = _expect(int, given, "a whole number")
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if not least <= number <= most:
        raise ValueError(f"{number} is not in {least} … {most}")
    return number
