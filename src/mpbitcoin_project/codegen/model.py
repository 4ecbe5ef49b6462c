"""The generator's model of the schemas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mpbitcoin.ipc import hidden

#: Interfaces between our own processes only.
HIDDEN_FILES = (
    "capnp/",
    "mp/",
    "ipc/interfaces/chain/bulk_chain.capnp",
    "ipc/interfaces/common/policy.capnp",
)
HIDDEN_NAMES = frozenset({"Configuration", "LogSink", "WalletProcess", *hidden.TYPES})


@dataclass(frozen=True)
class Type:
    """A type with its arguments."""

    kind: str
    id: int = 0
    element: Type | None = None
    arguments: tuple[Type, ...] = ()

    def parts(self) -> list[Type]:
        """The type and all its arguments."""
        found = [self]
        for part in (self.element, *self.arguments):
            if part is not None:
                found += part.parts()
        return found


@dataclass(frozen=True)
class Field:
    """A field, parameter or result."""

    name: str
    python_name: str
    type: Type
    default: Any
    explicit: bool
    optional: bool
    choice: bool
    exception: str
    context: bool
    doc: str


@dataclass(frozen=True)
class Method:
    """A method without the parameters of libmultiprocess."""

    name: str
    python_name: str
    params: tuple[Field, ...]
    results: tuple[Field, ...]
    doc: str

    def types(self) -> set[int]:
        """Ids of all types that it refers to."""
        fields = (*self.params, *self.results)
        return {part.id for field in fields for part in field.type.parts()}


@dataclass(frozen=True)
class Node:
    """A struct, group, enum or interface."""

    id: int
    kind: str
    name: str
    doc: str
    #: The package that contains it: types of all nodes are imported without the rest.
    part: str
    fields: tuple[Field, ...] = ()
    members: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()
    ancestors: tuple[int, ...] = ()
    #: Whether its objects have an explicit destroy method.
    destroyed: bool = False


def _type(raw: dict[str, Any]) -> Type:
    return Type(
        raw["kind"],
        raw.get("id", 0),
        _type(raw["element"]) if "element" in raw else None,
        tuple(_type(each) for each in raw.get("arguments", ())),
    )


def _field(raw: dict[str, Any]) -> Field:
    return Field(
        raw["name"],
        raw["python_name"],
        _type(raw["type"]),
        raw["default"],
        raw["explicit_default"],
        raw["optional"],
        raw["choice"],
        raw["exception"],
        raw["context"],
        raw["doc"],
    )


def _method(raw: dict[str, Any]) -> Method:
    params = (_field(each) for each in raw["params"])
    results = (_field(each) for each in raw["results"])
    return Method(
        raw["name"],
        raw["python_name"],
        tuple(each for each in params if not each.context and each.type.kind != "void"),
        tuple(each for each in results if not each.exception),
        raw["doc"],
    )


def _class_name(display: str) -> str:
    """Python's name of a type, which may be nested."""
    words = display.rpartition(":")[2].split(".")
    return "".join(word[0].upper() + word[1:] for word in words)


def read(described: list[dict[str, Any]]) -> list[Node]:
    """The nodes that the extension describes, in a stable order, without hidden ones."""
    nodes = []
    for raw in described:
        name = _class_name(raw["display_name"])
        if "$" in name or name in HIDDEN_NAMES or raw["display_name"].startswith(HIDDEN_FILES):
            continue
        nodes.append(
            Node(
                raw["id"],
                raw["kind"],
                name,
                raw["doc"],
                "core" if raw["display_name"].startswith("ipc/capnp/") else "chain",
                tuple(_field(each) for each in raw.get("fields", ())),
                tuple(raw.get("members", ())),
                tuple(raw.get("parameters", ())),
                tuple(_method(each) for each in raw.get("methods", ())),
                tuple(raw.get("ancestors", ())),
                any(method["name"] == "destroy" for method in raw.get("methods", ())),
            )
        )
    known = {node.id for node in nodes} | {0}
    return [_without_hidden(node, known) for node in sorted(nodes, key=lambda node: node.name)]


def _without_hidden(node: Node, known: set[int]) -> Node:
    shown = tuple(
        method
        for method in node.methods
        if method.name not in hidden.METHODS and method.types() <= known
    )
    return Node(**{**node.__dict__, "methods": shown})
