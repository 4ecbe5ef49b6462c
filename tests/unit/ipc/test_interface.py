from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from mpbitcoin.ipc.errors import MethodUnimplemented, VersionMismatch
from mpbitcoin.ipc.interface import Bound, Bounds, Interface, Signature
from mpbitcoin.ipc.limits import Limits

SIGNATURE = Signature("createNewBlock", ("options", "cooldown"), (None, True))


@dataclass
class Method:
    parameters: tuple[str, ...]
    interface: str = "Mining"
    name: str = "createNewBlock"


class Session:
    """The calls of an interface to its session."""

    limits = Limits()

    def __init__(self, schemas: Any) -> None:
        self.schemas = schemas

    def bounds(self, interface: Any) -> Bounds:
        return Bounds(self.schemas, interface, interface.SIGNATURES)


class Schemas:
    def method(self, type_id: int, name: str) -> Method | None:
        assert type_id == Mining.TYPE_ID
        return Method(("options", "cooldown")) if name == "createNewBlock" else None


class Mining(Interface):
    TYPE_ID = 7
    SIGNATURES: ClassVar[dict[str, Signature]] = {
        "create_new_block": SIGNATURE,
        "interrupt": Signature("interrupt", (), ()),
    }


class Native:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def call(self, *given: Any) -> str:
        self.calls.append(given)
        return "result"


def test_values_go_as_they_are_to_the_same_release() -> None:
    assert Bound(Method(("options", "cooldown")), SIGNATURE).values((1, False)) == (1, False)


def test_what_an_older_release_has_not_may_be_its_default_or_zero() -> None:
    older = Bound(Method(("options",)), SIGNATURE)
    assert older.values((1, True)) == older.values((1, False)) == (1,)
    with pytest.raises(VersionMismatch, match="options"):
        Bound(Method(("cooldown",)), SIGNATURE).values((1, False))


def test_values_are_ordered_as_the_other_has_them() -> None:
    assert Bound(Method(("cooldown", "options")), SIGNATURE).values((1, False)) == (False, 1)


def test_within_is_of_the_copy_alone() -> None:
    native = Native()
    mining = Mining(Session(Schemas()), native)  # type: ignore[arg-type]
    assert mining.within(1.5)._call("create_new_block", 1, True) == "result"
    mining._call("create_new_block", 2, True)
    assert [call[1:] for call in native.calls] == [((1, True), 1.5), ((2, True), None)]


def test_a_method_that_is_not_there() -> None:
    mining = Mining(Session(Schemas()), Native())  # type: ignore[arg-type]
    with pytest.raises(MethodUnimplemented, match=r"Mining\.interrupt"):
        mining._call("interrupt")
