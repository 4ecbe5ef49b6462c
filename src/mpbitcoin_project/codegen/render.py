"""Source text of the generated modules."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

from mpbitcoin_project.codegen import rules
from mpbitcoin_project.codegen.docs import DOCS
from mpbitcoin_project.codegen.model import Field, Method, Node
from mpbitcoin_project.codegen.python_types import Types

_HEAD = '''"""{what} Written by mpbitcoin_project.codegen: change the schemas, or its rules."""

from __future__ import annotations

'''
#: Structs without a class in Python.
_SIMPLE = frozenset({*rules.TUPLES, rules.RESULT, rules.RESULT_VOID})


def _doc(text: str, indent: int) -> str:
    wrapped = textwrap.wrap(" ".join(text.split()), 93 - indent) or ["."]
    body = ("\n" + " " * indent).join(wrapped)
    close = f"\n{' ' * indent}" if len(wrapped) > 1 else ""
    return " " * indent + f'"""{body}{close}"""\n'


def _sentence(doc: str, name: str, otherwise: str) -> str:
    text = DOCS.get(name) or " ".join(doc.split()) or otherwise
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


class Renderer:
    """Writes the modules of one part from all nodes."""

    def __init__(self, nodes: list[Node], part: str) -> None:
        self.nodes = nodes
        self.part = part
        ours = [node for node in nodes if node.part == part]
        self.interfaces = [node for node in ours if node.kind == "interface"]
        self.structs = [node for node in ours if node.kind == "struct" and node.name not in _SIMPLE]
        self.simple = [node for node in ours if node.name in _SIMPLE]
        self.enums = [node for node in ours if node.kind == "enum"]
        self.by_id = {node.id: node for node in nodes}
        returned = set(self._ids(method.results for method in self._methods()))
        taken = set(self._ids(method.params for method in self._methods()))
        known = {node.id for node in nodes if node.kind == "interface"}
        served = known & (taken - returned)
        self.types = Types(self.by_id, frozenset(served))
        self.served = [node for node in self.interfaces if node.id in served]
        self.clients = [node for node in self.interfaces if node.id not in served]

    def _methods(self) -> Iterator[Method]:
        for node in self.nodes:
            yield from node.methods

    def _ids(self, groups: Iterable[tuple[Field, ...]]) -> Iterator[int]:
        """Ids of the types of fields, including nested structs."""
        waiting = [part for group in groups for field in group for part in field.type.parts()]
        seen: set[int] = set()
        while waiting:
            part = waiting.pop()
            yield part.id
            node = self.by_id.get(part.id)
            if node is None or node.id in seen or node.kind != "struct":
                continue
            seen.add(node.id)
            waiting += [inner for field in node.fields for inner in field.type.parts()]

    def _result_class(self, node: Node, method: Method) -> str:
        name = method.name[0].upper() + method.name[1:]
        return f"{node.name}{name}Result"

    # The types.

    def types_module(self) -> str:
        """Dataclasses and enumerations."""
        handlers = self._import("handlers", [f"{node.name}Handler" for node in self.served])
        clients = self._import("interfaces", [node.name for node in self.clients])
        parts = [
            _HEAD.format(what="Parameters and results of interfaces."),
            "from collections.abc import Callable\n",
            "from dataclasses import dataclass, field\n",
            "from datetime import timedelta\nfrom enum import IntEnum\n",
            "from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar\n\n",
            "from mpbitcoin.ipc.values import BlockHash, Txid\n\n",
            _indented("if TYPE_CHECKING:\n", handlers + clients),
        ]
        for node in self.enums:
            parts.append(f"\nclass {node.name}(IntEnum):\n")
            parts.append(_doc(_sentence(node.doc, node.name, node.name), 4))
            parts += [f"    {name} = {number}\n" for number, name in enumerate(node.members)]
        parts += [self._dataclass(node) for node in self.structs]
        results = [
            (node, method)
            for node in self.interfaces
            for method in node.methods
            if len(method.results) > 1
        ]
        generic = {name for _, method in results for name in self._clients_in(method)}
        parts += [f'\n{name}T = TypeVar("{name}T")\n' for name in sorted(generic)]
        parts += [self._result_dataclass(node, method) for node, method in results]
        return "".join(parts)

    def _dataclass(self, node: Node) -> str:
        lines = [f"\n@dataclass(frozen=True, slots=True)\nclass {node.name}:\n"]
        what = f"{node.name} of the schemas"
        lines.append(_doc(_sentence(node.doc, node.name, what), 4) + "\n")
        for each in node.fields:
            if not each.choice:
                annotation = self.types.member(node.name, each)
                default = self.types.default(node.name, each)
                lines.append(f"    {each.python_name}: {annotation} = {default}\n")
        choices = [each for each in node.fields if each.choice]
        if choices:
            kinds = ", ".join(f'"{each.python_name}"' for each in choices)
            values = {self.types.member(node.name, each): None for each in choices}
            words = dict.fromkeys(" | ".join(values).split(" | "))
            union = " | ".join(sorted(words, key=lambda word: word == "None"))
            lines.append(f'    kind: Literal[{kinds}] = "{choices[0].python_name}"\n')
            lines.append(f"    value: {union} = None\n")
        return "".join(lines)

    def _result_dataclass(self, node: Node, method: Method) -> str:
        owner = f"{node.name}.{method.name}"
        kinds = [f"{name}T" for name in self._clients_in(method)]
        generic = f"(Generic[{', '.join(kinds)}])" if kinds else ""
        head = f"class {self._result_class(node, method)}{generic}:"
        lines = [
            f"\n@dataclass(frozen=True, slots=True)\n{head}\n",
            _doc(f"Result of {owner}.", 4) + "\n",
        ]
        for each in method.results:
            annotation = self.types.result(owner, each)
            for name in self._clients_in(method):
                annotation = re.sub(rf"\b{name}\b", f"{name}T", annotation)
            lines.append(f"    {each.python_name}: {annotation}\n")
        return "".join(lines)

    def _clients_in(self, method: Method) -> list[str]:
        """Interfaces in a method's results, whose classes are others for threads and asyncio."""
        ids = {part.id for each in method.results for part in each.type.parts()}
        return sorted(node.name for node in self.clients if node.id in ids)

    def _import_types(self) -> str:
        """Import of all types; unused ones are removed afterwards."""
        results = [
            self._result_class(node, method)
            for node in self.interfaces
            for method in node.methods
            if len(method.results) > 1
        ]
        own = self._import("types", [node.name for node in (*self.enums, *self.structs)] + results)
        kinds = {"enum", "struct"} if self.part != "core" else set()
        core = [node.name for node in self.nodes if node.part == "core" and node.kind in kinds]
        return own + (_import("core.types", core) if core else "")

    def _import(self, module: str, names: list[str]) -> str:
        return _import(f"{self.part}.{module}", names) if names else ""

    def _import_bases(self, module: str) -> str:
        """Import of the interfaces of the other part that ours extend."""
        bases = {each for node in self.interfaces for each in node.ancestors}
        names = [node.name for node in self.nodes if node.id in bases and node.part != self.part]
        return _import(f"core.{module}", names) if names else ""

    # The interfaces.

    def interfaces_module(self, *, asynchronous: bool) -> str:
        """The clients' classes, for threads or for asyncio."""
        base = "AsyncInterface" if asynchronous else "Interface"
        how = "awaited." if asynchronous else "called from threads."
        parts = [
            _HEAD.format(what=f"Objects of another process, {how}"),
            "from collections.abc import Callable, Sequence\nfrom datetime import timedelta\n",
            "from typing import Any, ClassVar\n\n",
            f"from mpbitcoin.ipc._generated.{self.part} import types\n",
            self._import("handlers", [f"{node.name}Handler" for node in self.served]),
            self._import_types(),
            self._import_bases("aio" if asynchronous else "interfaces"),
            f"from mpbitcoin.ipc.interface import BaseInterface, {base}, Signature\n",
            "from mpbitcoin.ipc.values import BlockHash, Bytes, Txid\n\n",
        ]
        parts += [self._client(node, base, asynchronous) for node in self._in_order()]
        parts.append(
            "\n#: By the schemas' type ids.\nCLASSES: dict[int, type[BaseInterface]] = {\n"
        )
        parts += [f"    {node.id:#x}: {node.name},\n" for node in self.clients]
        parts.append("}\n")
        return "".join(parts)

    def _in_order(self) -> list[Node]:
        """The clients, each after its ancestors."""
        return sorted(self.clients, key=lambda node: (len(node.ancestors), node.name))

    def _client(self, node: Node, base: str, asynchronous: bool) -> str:
        bases = [self.by_id[each].name for each in node.ancestors if each in self.by_id] or [base]
        doc = _sentence(node.doc, node.name, f"interfaces::{node.name} of the node")
        lines = [
            f"\nclass {node.name}({', '.join(bases)}):\n{_doc(doc, 4)}\n",
            f"    TYPE_ID: ClassVar[int] = {node.id:#x}\n",
            "    SIGNATURES: ClassVar[dict[str, Signature]] = {\n",
        ]
        lines += [f"        **{name}.SIGNATURES,\n" for name in bases if name != base]
        if node.destroyed:
            lines.append('        "destroy": Signature("destroy", (), ()),\n')
        lines += [self._signature(node, method) for method in node.methods]
        lines.append("    }\n    __slots__ = ()\n")
        lines += [self._method(node, method, asynchronous) for method in node.methods]
        return "".join(lines)

    def _defaults(self, owner: str, method: Method) -> dict[str, str]:
        """Sources of the defaults of the last parameters that have one."""
        found: dict[str, str] = {}
        for each in reversed(method.params):
            default = self.types.given_default(owner, each)
            if default is None:
                break
            found[each.python_name] = default
        return found

    def _signature(self, node: Node, method: Method) -> str:
        owner = f"{node.name}.{method.name}"
        defaults = self._defaults(owner, method)
        names = _tuple(f'"{each.python_name}"' for each in method.params)
        values = []
        for each in method.params:
            if each.python_name in defaults:
                options = self.types.options(each)
                values.append(f"types.{options}()" if options else defaults[each.python_name])
        return (
            f'        "{method.python_name}": '
            f'Signature("{method.name}", {names}, {_tuple(values)}),\n'
        )

    def _method(self, node: Node, method: Method, asynchronous: bool) -> str:
        owner = f"{node.name}.{method.name}"
        defaults = self._defaults(owner, method)
        params, given = ["self"], [f'"{method.python_name}"']
        for each in method.params:
            annotation = self.types.field(owner, each, given=True)
            default = defaults.get(each.python_name)
            options = self.types.options(each)
            value = each.python_name
            if options and default:
                annotation += " | None"
                value = f"types.{options}() if {value} is None else {value}"
            waits = self.types.waits(owner, each)
            given.append(f"self.{waits}({value})" if waits else value)
            params.append(
                f"{each.python_name}: {annotation}" + (f" = {default}" if default else "")
            )
        result = self._returns(node, method)
        call = f"{'await ' if asynchronous else ''}self._call({', '.join(given)})"
        doc = _sentence(method.doc, owner, f"`{method.name}` of interfaces::{node.name}")
        lines = [
            f"\n    {'async ' if asynchronous else ''}def {method.python_name}"
            f"({', '.join(params)}) -> {result}:\n{_doc(doc, 8)}"
        ]
        if result == "None":
            lines.append(f"        {call}\n")
        else:
            lines.append(f"        result: {result} = {call}\n        return result\n")
        return "".join(lines)

    def _returns(self, node: Node, method: Method) -> str:
        if not method.results:
            return "None"
        if len(method.results) > 1:
            clients = ", ".join(self._clients_in(method))
            return self._result_class(node, method) + (f"[{clients}]" if clients else "")
        return self.types.result(f"{node.name}.{method.name}", method.results[0])

    # Our objects.

    def handlers_module(self) -> str:
        """Classes to derive from, for objects that the other process calls."""
        parts = [
            _HEAD.format(what="Interfaces that a Python object may offer to another process."),
            "from collections.abc import Awaitable\nfrom typing import TYPE_CHECKING\n\n",
            self._import_types(),
            "from mpbitcoin.ipc.values import BlockHash, Txid\n\n",
            "if TYPE_CHECKING:\n",
            f"    from mpbitcoin.ipc._generated.{self.part} import interfaces\n\n",
        ]
        for node in self.served:
            doc = _sentence(node.doc, node.name, f"Answers calls of {node.name}")
            methods = [self._handler(node, method) for method in node.methods]
            parts += [f"\nclass {node.name}Handler:\n{_doc(doc, 4)}", *methods]
        return "".join(parts)

    def _handler(self, node: Node, method: Method) -> str:
        owner = f"{node.name}.{method.name}"
        params = ["self"]
        for each in method.params:
            annotation = self.types.field(owner, each)
            if each.type.kind == "interface":
                annotation = f"interfaces.{annotation}"
            params.append(f"{each.python_name}: {annotation}")
        result = self._returns(node, method)
        doc = _sentence(method.doc, owner, f"`{method.name}`, called by the other process")
        # None comes last in a union.
        words = [f"Awaitable[{result}]", result]
        awaited = " | ".join(words if result == "None" else words[::-1])
        body = (
            "        return None\n" if result == "None" else "        raise NotImplementedError\n"
        )
        return (
            f"\n    def {method.python_name}({', '.join(params)})"
            f" -> {awaited}:\n{_doc(doc, 8)}{body}"
        )

    # Tables for the extension.

    def bindings_module(self) -> str:
        """Classes and hooks by the schemas' ids, for the extension."""
        parts = [
            _HEAD.format(what="Classes and hooks of types and methods, for the extension."),
            f"from typing import Any\n\nfrom mpbitcoin.ipc._generated.{self.part} import types\n",
            "from mpbitcoin.ipc.results import value_or_error, void_or_error\n",
            "from mpbitcoin.ipc.values import BlockHash, Txid, to_milliseconds\n\n",
            *self._first(),
            "#: By type id: constructor, and conversions of fields from and to the wire.\n",
            "STRUCTS: dict[int, tuple[Any, dict[str, Any], dict[str, Any]]] = {\n",
        ]
        makers = {rules.RESULT: "value_or_error", rules.RESULT_VOID: "void_or_error"}
        parts += [
            f"    {node.id:#x}: ({makers.get(node.name, 'tuple')}, {{}}, {{}}),\n"
            for node in self.simple
        ]
        parts += [self._bound_struct(node) for node in self.structs]
        parts.append("}\nENUMS: dict[int, Any] = {\n")
        parts += [f"    {node.id:#x}: types.{node.name},\n" for node in self.enums]
        parts.append("}\n#: The same by interface and method.\n")
        parts.append("METHODS: dict[tuple[int, str], tuple[Any, dict[str, Any], dict[str, Any]]]")
        parts.append(" = {\n")
        for node in self.interfaces:
            parts += [self._bound_method(node, method) for method in node.methods]
        parts.append("}\n")
        return "".join(parts)

    def _first(self) -> list[str]:
        what = "#: The first method to call on a node: it exchanges its threads for ours.\n"
        return [
            f'{what}FIRST = ({node.id:#x}, "construct")\n\n'
            for node in self.interfaces
            if node.name == "Init"
        ]

    def _bound_struct(self, node: Node) -> str:
        load, store = self._hooks(node.name, node.fields)
        return f"    {node.id:#x}: (types.{node.name}, {load}, {store}),\n"

    def _bound_method(self, node: Node, method: Method) -> str:
        owner = f"{node.name}.{method.name}"
        load, store = self._hooks(owner, (*method.params, *method.results))
        several = len(method.results) > 1
        maker = f"types.{self._result_class(node, method)}" if several else "None"
        if maker == "None" and load == store == "{}":
            return ""
        return f'    ({node.id:#x}, "{method.python_name}"): ({maker}, {load}, {store}),\n'

    def _hooks(self, owner: str, fields: tuple[Field, ...]) -> tuple[str, str]:
        load = {each.python_name: self.types.load_hook(owner, each) for each in fields}
        store = {each.python_name: self.types.store_hook(owner, each) for each in fields}
        return _dict(load), _dict(store)


def _import(module: str, names: list[str]) -> str:
    return f"from mpbitcoin.ipc._generated.{module} import ({', '.join(names)})\n"


def _indented(head: str, body: str) -> str:
    return head + textwrap.indent(body, "    ") + "\n" if body else ""


def _dict(hooks: dict[str, str]) -> str:
    return "{" + ", ".join(f'"{name}": {hook}' for name, hook in hooks.items() if hook) + "}"


def _tuple(items: Iterable[str]) -> str:
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"
