"""The arguments of the C++ method that libmultiprocess makes of parameters and results."""

from __future__ import annotations

from mpbitcoin_project.codegen import markers
from mpbitcoin_project.codegen.policies import Policy
from mpbitcoin_project.codegen.request import Field, Request


def arguments(request: Request, policy: Policy) -> list[str]:
    """Their names: first those that are parameters, then those that the method only fills in.

    A value and the flag whether it is present or wanted are one argument.
    """
    fields = {each.name: each for each in (*policy.params, *policy.results)}
    return [name for name, each in fields.items() if not _is_hidden(request, each, set(fields))]


def _is_hidden(request: Request, field: Field, names: set[str]) -> bool:
    """Whether a parameter or result is not an argument of the C++ method."""
    if field.name in {"result", "hasResult"} or field.text(markers.EXCEPTION):
        return True
    if request.is_of_threads(field.type):
        return True
    for word in ("has", "want"):
        rest = field.name.removeprefix(word)
        if rest != field.name and rest[:1].lower() + rest[1:] in names:
            return True
    return False
