"""The policies of all methods, read from the schemas; see policy.capnp. None may be missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mpbitcoin_depends.errors import BuildError
from mpbitcoin_project.codegen.request import Field, Method, Request, Type

#: Where the words are, and the policies of the methods of schemas that are not ours.
_WORDS = "common/policy.capnp"
_TREE = "tree_policies.capnp"
#: The files whose methods have policies: ours by annotation, Bitcoin Core's by an entry.
_OURS, _TREES = "ipc/interfaces/", "ipc/capnp/"
_HOW = 'docs/design.md, "Policies", has the words'


@dataclass(frozen=True)
class Range:
    """The numbers that a parameter may be."""

    parameter: str
    min: int
    max: int


@dataclass(frozen=True)
class Policy:
    """What a method may do. The words are those of policy.capnp."""

    method: Method
    params: tuple[Field, ...]
    results: tuple[Field, ...]
    repeat: str
    secret: str
    callbacks: str
    shutdown: str
    deadline: int
    required: tuple[str, ...]
    ranges: tuple[Range, ...]
    check: str
    #: Parameters that are objects, or have objects in them.
    objects: tuple[str, ...]

    @property
    def name(self) -> str:
        """`Interface.method`."""
        return self.method.full_name

    def problems(self) -> Iterator[str]:
        """What is wrong with it."""
        for word in ("repeat", "secret"):
            if getattr(self, word) == "unstated":
                yield f"does not state `{word}`"
        if self.objects and self.callbacks == "none":
            yield f"does not state `callbacks`, and the method gets {self.objects[0]} to call"
        if not self.objects and self.callbacks != "none":
            yield "states `callbacks`, and the method gets nothing to call"
        if self.method.name == "destroy" and self.shutdown != "served":
            yield "has to be that of a destroy method: Policy.destroy"
        yield from self._problems_of_parameters()

    def _problems_of_parameters(self) -> Iterator[str]:
        types = {each.name: each.type.kind for each in self.params}
        for name in self.required:
            if types.get(name) != "data":
                yield f"requires {name}, which is no parameter that can be missing"
        for each in self.ranges:
            if "int" not in types.get(each.parameter, ""):
                yield f"has a range for {each.parameter}, which is no parameter with a number"
            elif each.min > each.max:
                yield f"has a range for {each.parameter} that is empty"


def read(request: Request) -> list[Policy]:
    """The policies of all methods, by name. Raises BuildError: one line for each that is wrong."""
    words = request.find(_WORDS, "Policy")
    annotation = request.find(_WORDS, "method").id
    listed = request.constant(request.find(_TREE, "policies"))
    entries = {each["name"]: each["policy"] for each in listed}
    policies, problems = [], []
    for interface in request.interfaces:
        for method in interface.methods:
            where = f"{interface.file}: {method.full_name}"
            if interface.file.startswith(_TREES):
                given = entries.pop(method.full_name, None)
                how = f"give it an entry in src/{_OURS}{_TREE}"
            elif interface.file.startswith(_OURS):
                value = method.annotation(annotation)
                given = request.value(value, words) if value else None
                how = "add $Policy.method(…) to it"
            else:
                continue
            if given is None:
                problems.append(f"{where} has no policy: {how}; {_HOW}")
                continue
            policies.append(_policy(request, method, given))
            problems += [f"{where}: its policy {each}" for each in policies[-1].problems()]
    problems += [f"{_OURS}{_TREE}: there is no method {each}" for each in entries]
    problems += [f"{_OURS}{_TREE}: {each} is there twice" for each in _twice(listed)]
    if problems:
        raise BuildError("\n".join(problems))
    return sorted(policies, key=lambda policy: policy.name)


def _policy(request: Request, method: Method, given: dict[str, Any]) -> Policy:
    params = tuple(request.fields(method.params_id))
    return Policy(
        method=method,
        params=params,
        results=tuple(request.fields(method.results_id)),
        required=tuple(given.pop("required")),
        ranges=tuple(Range(**each) for each in given.pop("ranges")),
        objects=tuple(each.name for each in params if _is_object(request, each.type)),
        **given,
    )


def _is_object(request: Request, kind: Type) -> bool:
    """Whether the type is an interface, or a struct or list with one in it, but not of threads."""
    waiting, seen = [kind], set[int]()
    while waiting:
        each = waiting.pop()
        if each.kind == "list":
            waiting.append(each.element)
        if each.kind not in {"interface", "struct"} or each.id in seen:
            continue
        seen.add(each.id)
        if request.is_of_threads(each):
            continue
        if each.kind == "interface":
            return True
        waiting += [field.type for field in request.fields(each.id) if not field.is_group]
    return False


def _twice(listed: list[dict[str, Any]]) -> list[str]:
    names = [each["name"] for each in listed]
    return sorted({name for name in names if names.count(name) > 1})
