from __future__ import annotations

from typing import Any

from mpbitcoin_project.codegen.model import read
from mpbitcoin_project.codegen.render import Renderer


def field(name: str, kind: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = {
        "name": name,
        "python_name": name,
        "type": kind,
        "default": None,
        "explicit_default": False,
        "optional": False,
        "choice": False,
        "exception": "",
        "context": False,
        "doc": "",
    }
    return {**made, **more}


def method(name: str, params: list[Any], results: list[Any], doc: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "python_name": name.lower(),
        "params": params,
        "results": results,
        "doc": doc,
    }


TEXT, DATA, INT = {"kind": "text"}, {"kind": "data"}, {"kind": "int32"}
CONTEXT = field("context", {"kind": "struct", "id": 99}, context=True)
POINT = {"kind": "struct", "id": 3}
NODES: list[dict[str, Any]] = [
    {
        "kind": "interface",
        "id": 1,
        "display_name": "a.capnp:Init",
        "doc": "",
        "ancestors": [],
        "methods": [
            method("makeMap", [CONTEXT], [field("result", {"kind": "interface", "id": 2})]),
            method("hidden", [field("map", {"kind": "interface", "id": 98})], []),
        ],
    },
    {
        "kind": "interface",
        "id": 2,
        "display_name": "a.capnp:Map",
        "doc": "Shows\nthe way.",
        "ancestors": [],
        "methods": [
            method("destroy", [CONTEXT], []),
            method(
                "find", [CONTEXT, field("blockHash", DATA)], [field("result", POINT)], "find it"
            ),
            method("both", [], [field("a", INT, optional=True), field("b", TEXT)]),
            method("watch", [field("on", {"kind": "interface", "id": 4})], []),
        ],
    },
    {
        "kind": "interface",
        "id": 4,
        "display_name": "a.capnp:Watcher",
        "doc": "",
        "ancestors": [],
        "methods": [method("moved", [field("to", POINT)], [])],
    },
    {
        "kind": "struct",
        "id": 3,
        "display_name": "a.capnp:Point",
        "doc": "",
        "fields": [
            field("x", INT, default=7, explicit_default=True),
            field("tags", {"kind": "list", "element": TEXT}),
            field("next", POINT),
        ],
    },
    {"kind": "struct", "id": 99, "display_name": "mp/proxy.capnp:Context", "doc": "", "fields": []},
]


def renderer() -> Renderer:
    return Renderer(read(NODES), "chain")


def test_hidden_types_and_their_methods_are_left_out() -> None:
    assert [node.name for node in read(NODES)] == ["Init", "Map", "Point", "Watcher"]
    init = read(NODES)[0]
    assert [each.name for each in init.methods] == ["makeMap"]
    assert init.methods[0].params == ()


def test_clients_are_typed_and_documented() -> None:
    text = renderer().interfaces_module(asynchronous=False)
    assert "def find(self, blockHash: BlockHash) -> Point | None:" in text
    assert '"""Find it."""' in text
    assert '"""Shows the way."""' in text
    assert "def both(self) -> MapBothResult:" in text
    assert "def makemap(self) -> Map:" in text
    assert "def watch(self, on: WatcherHandler | Callable[..., Any]) -> None:" in text
    assert "class Watcher(" not in text
    assert "'makeMap'" not in text


def test_async_clients_await() -> None:
    text = renderer().interfaces_module(asynchronous=True)
    assert "async def find(self, blockHash: BlockHash) -> Point | None:" in text
    assert 'await self._call("find", blockHash)' in text


def test_structs_are_dataclasses_with_defaults() -> None:
    text = renderer().types_module()
    assert "    x: int = 7\n" in text
    assert "    tags: list[str] = field(default_factory=list)\n" in text
    assert "    next: Point | None = None\n" in text
    assert "class MapBothResult:" in text
    assert "    a: int | None\n" in text


def test_handlers_may_answer_later() -> None:
    text = renderer().handlers_module()
    assert "class WatcherHandler:" in text
    assert "def moved(self, to: Point) -> Awaitable[None] | None:" in text


def test_the_extension_is_told_classes_and_hooks() -> None:
    text = renderer().bindings_module()
    assert 'FIRST = (0x1, "construct")' in text
    assert "0x3: (types.Point, {}, {})," in text
    assert '(0x2, "both"): (types.MapBothResult, {}, {}),' in text
    assert '(0x2, "find"): (None, {"blockHash": BlockHash}, {}),' in text
