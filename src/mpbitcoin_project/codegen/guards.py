"""C++ checks of the parameters of calls, which follow from the policies."""

from __future__ import annotations

from mpbitcoin_project.codegen import markers
from mpbitcoin_project.codegen.arguments import arguments
from mpbitcoin_project.codegen.header import header
from mpbitcoin_project.codegen.policies import Policy
from mpbitcoin_project.codegen.request import Request

_METHOD = """\
template <>
struct ProxyServerMethodTraits<{params}>
    : ProxyMethodTraits<{params}>
{{
    template <typename Context, {types}typename... Rest>
    static decltype(auto) invoke(Context& context, {declared}Rest&&... rest)
    {{
{checks}        return ProxyMethodTraits<{params}>::invoke(
            context, {given}std::forward<Rest>(rest)...);
    }}
}};
"""


def headers(request: Request, policies: list[Policy]) -> dict[str, str]:
    """The headers by their names: one for each of our schemas with interfaces."""
    by_file: dict[str, list[Policy]] = {}
    for policy in policies:
        if policy.method.interface.file.startswith("ipc/interfaces/"):
            by_file.setdefault(policy.method.interface.file, []).append(policy)
    return {f"{schema}.guards.h": _guards(request, schema, own) for schema, own in by_file.items()}


def _guards(request: Request, schema: str, own: list[Policy]) -> str:
    folder = schema.rpartition("/")[0]
    includes = ["ipc/interfaces/common/guards.h", f"{schema}.proxy.h"]
    if any(policy.check for policy in own):
        includes.append(f"{folder}/guards.h")
    methods = filter(None, (_guard(request, policy) for policy in own))
    return header(
        schema, "guards", "mp", includes, "\n".join(methods), system="#include <mp/proxy.h>\n\n"
    )


def _guard(request: Request, policy: Policy) -> str:
    """The check of a method's parameters; empty when there is nothing to check."""
    params = {each.name for each in policy.params}
    names = [name for name in arguments(request, policy) if name in params]
    checks = [f'Require({each}, "{each}")' for each in names if _must_be(policy, each)]
    checks += [
        f'RequireRange({each.parameter}, {each.min}, {each.max}, "{each.parameter}")'
        for each in policy.ranges
    ]
    wrapped = _forgiven(request, policy)
    if not checks and not policy.check:
        return ""
    lines = [f"        mpbitcoin::{each};\n" for each in checks]
    if policy.check:
        passed = "".join(f"{each}, " for each in names)
        lines.append(
            f"        {policy.check}(*context.proxy_server.lockImpl(), {passed}rest...);\n"
        )
    forward = [f"std::forward<T{index}>({name})" for index, name in enumerate(names)]
    given = (
        f"mpbitcoin::Forgiving({each}), " if name in wrapped else f"{each}, "
        for name, each in zip(names, forward, strict=True)
    )
    interface, method = policy.method.interface, policy.method.name
    namespace = request.file(interface.file).text(markers.NAMESPACE)
    struct = f"{namespace}::{interface.name}::{_upper(method)}Params"
    return _METHOD.format(
        params=struct,
        types="".join(f"typename T{index}, " for index in range(len(names))),
        declared="".join(f"T{index}&& {name}, " for index, name in enumerate(names)),
        checks="".join(lines),
        given="".join(given),
    )


def _must_be(policy: Policy, name: str) -> bool:
    """Whether a parameter may not be null."""
    kinds = {each.name: each.type.kind for each in policy.params}
    return name in policy.required or (name in policy.objects and kinds[name] == "interface")


def _forgiven(request: Request, policy: Policy) -> set[str]:
    """Parameters that are functions which are called at once, in the midst of other things."""
    if policy.callbacks != "direct":
        return set()
    found = set()
    for each in policy.params:
        if each.type.kind == "interface":
            wrapped = request.nodes[each.type.id].text(markers.WRAP)
            if wrapped.startswith("ProxyCallback<"):
                found.add(each.name)
    return found


def _upper(name: str) -> str:
    return name[0].upper() + name[1:]
