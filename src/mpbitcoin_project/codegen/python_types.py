"""Python's annotations, defaults and hooks for the schemas' types."""

from __future__ import annotations

from dataclasses import dataclass

from mpbitcoin_project.codegen import rules
from mpbitcoin_project.codegen.model import Field, Node, Type

_PLAIN = {
    "void": "None",
    "bool": "bool",
    "text": "str",
    "data": "bytes",
    "any": "bytes",
    "float32": "float",
    "float64": "float",
}
_DEFAULTS = {"bool": "False", "int": "0", "float": "0.0", "str": '""', "bytes": 'b""'}
_MAX_DOUBLE = 1.7976931348623157e308


@dataclass(frozen=True)
class Types:
    """All types of the schemas, by id."""

    nodes: dict[int, Node]
    #: Interfaces that Python objects may implement: those passed to the other process.
    served: frozenset[int]

    def plain(self, kind: Type, *, given: bool = False) -> str:
        """The annotation of a type, as a parameter or as a result."""
        if kind.kind == "list":
            assert kind.element is not None
            inner = self.plain(kind.element, given=given)
            return f"Sequence[{inner}]" if given else f"list[{inner}]"
        if kind.kind == "struct":
            return self._struct(kind, given=given)
        if kind.kind == "interface":
            name = self.nodes[kind.id].name
            return f"{name}Handler | Callable[..., Any]" if kind.id in self.served else name
        if kind.kind == "enum":
            return self.nodes[kind.id].name
        if given and kind.kind in {"data", "any"}:
            return "Bytes"
        return _PLAIN.get(kind.kind, "int")

    def _struct(self, kind: Type, *, given: bool) -> str:
        name = self.nodes[kind.id].name
        if name in rules.TUPLES:
            parts = ", ".join(self.plain(part, given=given) for part in kind.arguments)
            return f"tuple[{parts}]"
        if name == rules.RESULT:
            return self.plain(kind.arguments[0], given=given)
        return "None" if name == rules.RESULT_VOID else name

    def field(self, owner: str, field: Field, *, given: bool = False) -> str:
        """The annotation of a field, parameter or result, by itself."""
        value = rules.value_type(owner, field)
        if value == "duration":
            return "timedelta | float | None"
        base = value or self.plain(field.type, given=given)
        if given and value == "memoryview":
            base = "Bytes"
        return f"{base} | None" if field.optional else base

    def member(self, owner: str, field: Field) -> str:
        """The annotation of a struct's field, which may be a missing struct."""
        base = self.field(owner, field)
        pointer = field.type.kind in {"struct", "interface"} and not field.optional
        return f"{base} | None" if pointer else base

    def result(self, method: str, field: Field) -> str:
        """The annotation of a method's result."""
        base = self.field(method, field)
        if field.optional or field.type.kind not in {"struct", "interface"} or base == "None":
            return base
        value = self.nodes[field.type.id].name == rules.RESULT
        return base if value or rules.never_null(method) else f"{base} | None"

    def default(self, owner: str, field: Field) -> str:
        """Source of a field's default."""
        annotation = self.member(owner, field)
        if annotation.endswith("None"):
            return "None"
        if field.type.kind == "list":
            return "field(default_factory=list)"
        if annotation in {"BlockHash", "Txid"}:
            return f'{annotation}(b"")'
        if annotation == "memoryview":
            return 'memoryview(b"")'
        if field.default is not None:
            return self.literal(field)
        return _DEFAULTS.get(annotation, "0")

    def literal(self, field: Field) -> str:
        """Source of the schema's default of a plain field."""
        if isinstance(field.default, float) and field.default == _MAX_DOUBLE:
            return "None"
        return repr(field.default)

    def given_default(self, owner: str, field: Field) -> str | None:
        """Source of a parameter's default; None when it has none."""
        if field.explicit:
            return self.literal(field)
        if self.options(field):
            return "None"
        return "None" if rules.value_type(owner, field) == "duration" else None

    def options(self, field: Field) -> str:
        """Name of the struct when the schema has a default for each of its fields."""
        node = self.nodes.get(field.type.id)
        if field.type.kind != "struct" or node is None or not node.fields:
            return ""
        return node.name if all(each.explicit for each in node.fields) else ""

    def waits(self, owner: str, field: Field) -> str:
        """The interface's method that limits a wait with this parameter; empty for no wait."""
        if rules.value_type(owner, field) == "duration":
            return "_wait"
        name = self.options(field)
        fields = self.nodes[field.type.id].fields if name else ()
        timed = any(rules.value_type(name, each) == "duration" for each in fields)
        return "_wait_with" if timed else ""

    def load_hook(self, owner: str, field: Field) -> str:
        """Source of the conversion of a received value."""
        value = rules.value_type(owner, field)
        return value if value and value != "duration" else ""

    def store_hook(self, owner: str, field: Field) -> str:
        """Source of the conversion of a value to send."""
        return "to_milliseconds" if rules.value_type(owner, field) == "duration" else ""
