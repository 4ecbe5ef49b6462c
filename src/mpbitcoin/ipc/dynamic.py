"""Interfaces that are read from schema files at run time: `Session.load()`."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mpbitcoin.errors import UsageError
from mpbitcoin.ipc import native
from mpbitcoin.ipc.interface import BaseInterface, Signature

#: Methods that libmultiprocess calls itself.
_HIDDEN = frozenset({"construct", "destroy"})


class SchemaFile:
    """A schema file and its imports, not bound to our types."""

    def __init__(self, folder: str | os.PathLike[str], file: str) -> None:
        """`file` is a path below `folder`, its import path. Raises UsageError."""
        if not Path(folder).is_dir():
            raise UsageError(f"{folder}: no such folder")
        try:
            self.schemas = native.read_schemas(Path(folder).absolute(), [file])
        except ValueError as error:
            raise UsageError(
                f"{file}: {error}", f"paths start in {folder}, which is also the import path"
            ) from error
        self._file = file
        #: All interfaces, including imported ones, by type id.
        self.interfaces: dict[int, dict[str, Any]] = {
            each["id"]: each for each in self.schemas.describe() if each["kind"] == "interface"
        }

    def find(self, name: str) -> int:
        """The type id of an interface of the file itself. Raises UsageError."""
        mine = {
            each["name"]: type_id
            for type_id, each in self.interfaces.items()
            if each["display_name"].startswith(f"{self._file}:")
        }
        if name not in mine:
            names = ", ".join(sorted(mine)) or "none"
            raise UsageError(f"{self._file}: no interface {name}", f"its interfaces: {names}")
        return mine[name]

    def make(self, type_id: int, base: type[BaseInterface]) -> type[BaseInterface]:
        """A class with an interface's methods, derived from `base`. Its structs are dicts."""
        node = self.interfaces[type_id]
        methods = [
            method
            for each in (node, *(self.interfaces[parent] for parent in node["ancestors"]))
            for method in each["methods"]
        ]
        signatures = {}
        for each in methods:
            parameters = self.schemas.method(type_id, each["name"]).parameters
            signatures[each["python_name"]] = Signature(each["name"], parameters, ())
        shown = (each for each in methods if each["python_name"] not in _HIDDEN)
        body = {
            "__slots__": (),
            "__doc__": node["doc"] or None,
            "TYPE_ID": type_id,
            "SCHEMAS": self.schemas,
            "SIGNATURES": signatures,
            **{each["python_name"]: _method(each) for each in shown},
        }
        return type(node["name"], (base,), body)


def _method(described: dict[str, Any]) -> Callable[..., Any]:
    """A method with positional or keyword parameters; optional ones default to None."""
    name = described["python_name"]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature(
        [inspect.Parameter("self", kind)]
        + [
            inspect.Parameter(
                each["python_name"],
                kind,
                default=None if each["optional"] else inspect.Parameter.empty,
            )
            for each in described["params"]
            if not each["context"] and each["type"]["kind"] != "void"
        ]
    )

    def call(*values: Any, **named: Any) -> Any:
        given = signature.bind(*values, **named)
        given.apply_defaults()
        self, *rest = given.args
        return self._call(name, *rest)

    call.__name__ = name
    call.__doc__ = described["doc"] or None
    call.__signature__ = signature  # type: ignore[attr-defined]
    return call
