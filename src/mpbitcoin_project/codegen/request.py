"""What `capnp compile -o-` writes: the schemas with their annotations, for generators.

Offsets are those of Cap'n Proto's own schema.capnp, which can't change.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mpbitcoin_project.codegen.message import Message, Struct

#: Kinds of types, in the order of schema.capnp.
KINDS = (
    "void", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "text", "data", "list", "enum", "struct", "interface", "any",
)  # fmt: skip
#: Kinds of nodes.
_NODES = ("file", "struct", "enum", "interface", "const", "annotation")
_BYTES = {"8": 1, "16": 2, "32": 4, "64": 8}


@dataclass(frozen=True)
class Annotated:
    """What can have annotations."""

    raw: Struct

    def _annotations(self, number: int) -> list[Struct]:
        """The values of all annotations with this number."""
        index = 2 if isinstance(self, Node) else 1
        found = (each for each in self.raw.structs(index) if each.number(0, 8) == number)
        return [each.struct(0) for each in found]

    def annotation(self, number: int) -> Struct | None:
        """The value of an annotation; None if it is not there."""
        return next(iter(self._annotations(number)), None)

    def texts(self, number: int) -> list[str]:
        """The texts of an annotation that can be there more than once."""
        return [each.text(0) for each in self._annotations(number)]

    def text(self, number: int) -> str:
        """The text of an annotation; empty if it is not there."""
        return "".join(self.texts(number))


@dataclass(frozen=True)
class Node(Annotated):
    """A file, type, constant or annotation."""

    @property
    def id(self) -> int:
        """Its number, which never changes."""
        return self.raw.number(0, 8)

    @property
    def kind(self) -> str:
        """What it is: one of file, struct, enum, interface, const, annotation."""
        return _NODES[self.raw.number(12, 2)]

    @property
    def display_name(self) -> str:
        """`folder/file.capnp:Outer.Inner`."""
        return self.raw.text(0)

    @property
    def file(self) -> str:
        """The schema file."""
        return self.display_name.partition(":")[0]

    @property
    def name(self) -> str:
        """The name without its file."""
        return self.display_name.partition(":")[2]

    @property
    def fields(self) -> list[Field]:
        """Those of a struct."""
        return [Field(each) for each in self.raw.structs(3)]

    @property
    def enumerants(self) -> list[str]:
        """The names of an enumeration's values."""
        return [each.text(0) for each in self.raw.structs(3)]

    @property
    def methods(self) -> list[Method]:
        """Those of an interface, in the order of their numbers."""
        return [Method(each, self) for each in self.raw.structs(3)]


@dataclass(frozen=True)
class Type:
    """The type of a field."""

    raw: Struct

    @property
    def kind(self) -> str:
        """One of KINDS."""
        return KINDS[self.raw.number(0, 2)]

    @property
    def id(self) -> int:
        """Of an enum, struct or interface."""
        return self.raw.number(8, 8)

    @property
    def element(self) -> Type:
        """Of a list."""
        return Type(self.raw.struct(0))


@dataclass(frozen=True)
class Field(Annotated):
    """A field, parameter or result."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.raw.text(0)

    @property
    def is_group(self) -> bool:
        """Whether it is a group of fields, which has no type."""
        return self.raw.number(8, 2) == 1

    @property
    def type(self) -> Type:
        """Its type, unless it is a group."""
        return Type(self.raw.struct(2))


@dataclass(frozen=True)
class Method(Annotated):
    """A method of an interface."""

    interface: Node

    @property
    def name(self) -> str:
        """Its name."""
        return self.raw.text(0)

    @property
    def full_name(self) -> str:
        """`Interface.method`."""
        return f"{self.interface.name}.{self.name}"

    @property
    def params_id(self) -> int:
        """The struct of the parameters."""
        return self.raw.number(8, 8)

    @property
    def results_id(self) -> int:
        """The struct of the results."""
        return self.raw.number(16, 8)


@dataclass(frozen=True)
class Request:
    """All schemas of a request."""

    message: Message

    @staticmethod
    def parse(data: bytes) -> Request:
        """Read what the compiler has written."""
        return Request(Message.parse(data))

    @cached_property
    def nodes(self) -> dict[int, Node]:
        """All nodes by their ids."""
        return {node.id: node for node in map(Node, self.message.root().structs(0))}

    @property
    def interfaces(self) -> list[Node]:
        """All interfaces of the files that were asked for, in a stable order."""
        asked = {each.number(0, 8) for each in self.message.root().structs(1)}
        files = {self.nodes[each].display_name for each in asked}
        found = [node for node in self.nodes.values() if node.kind == "interface"]
        return sorted((node for node in found if node.file in files), key=lambda node: node.name)

    def find(self, file: str, name: str) -> Node:
        """The node of this name in a file. Raises KeyError."""
        for node in self.nodes.values():
            if node.name == name and node.file.endswith(file):
                return node
        raise KeyError(f"{file} has no {name}")

    def file(self, name: str) -> Node:
        """A schema file by its name."""
        return next(node for node in self.nodes.values() if node.display_name == name)

    def ancestors(self, interface: Node) -> list[Node]:
        """The interfaces that an interface extends, the nearest first."""
        found = [self.nodes[each.number(0, 8)] for each in interface.raw.structs(4)]
        return found + [other for each in found for other in self.ancestors(each)]

    def fields(self, struct_id: int) -> list[Field]:
        """The fields of a struct."""
        return self.nodes[struct_id].fields

    def is_of_threads(self, kind: Type) -> bool:
        """Whether a type is libmultiprocess's own: no parameter of the C++ method has it."""
        node = self.nodes.get(kind.id) if kind.kind in {"struct", "interface"} else None
        return node is not None and node.file.endswith("mp/proxy.capnp")

    def constant(self, node: Node) -> Any:
        """The value of a constant, as `value` gives it."""
        return self._slot(node.raw.struct(4), 0, Type(node.raw.struct(3)))

    def value(self, value: Struct, struct: Node) -> dict[str, Any]:
        """The value of an annotation that is a struct: names of enumerations, lists, numbers."""
        return self._struct(value.struct(0), struct)

    def _struct(self, raw: Struct, node: Node) -> dict[str, Any]:
        return {field.name: self._field(raw, field) for field in node.fields}

    def _field(self, raw: Struct, field: Field) -> Any:
        kind, offset = field.type.kind, field.raw.number(4, 4)
        default = field.raw.struct(3)
        if kind == "bool":
            return raw.bit(offset) != default.bit(16)
        if kind == "enum":
            number = raw.number(offset * 2, 2) ^ default.number(2, 2)
            return self.nodes[field.type.id].enumerants[number]
        if kind.startswith(("int", "uint")):
            size = _BYTES[kind.rpartition("int")[2]]
            given = raw.number(offset * size, size) ^ default.number(size, size)
            return _signed(given, size) if kind.startswith("int") else given
        return self._slot(raw, offset, field.type)

    def _slot(self, raw: Struct, index: int, kind: Type) -> Any:
        if kind.kind == "text":
            return raw.text(index)
        if kind.kind == "struct":
            return self._struct(raw.struct(index), self.nodes[kind.id])
        if kind.kind == "list" and kind.element.kind == "text":
            return raw.texts(index)
        if kind.kind == "list" and kind.element.kind == "struct":
            node = self.nodes[kind.element.id]
            return [self._struct(each, node) for each in raw.structs(index)]
        raise ValueError(f"values of the type {kind.kind} are not read")


def _signed(number: int, size: int) -> int:
    return number - (1 << 8 * size) if number >> 8 * size - 1 else number
