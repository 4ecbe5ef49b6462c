"""C++ classes that implement an interface by calls of another object."""

from __future__ import annotations

from mpbitcoin_project.codegen import markers
from mpbitcoin_project.codegen.arguments import arguments
from mpbitcoin_project.codegen.header import header
from mpbitcoin_project.codegen.policies import Policy
from mpbitcoin_project.codegen.request import Node, Request

_CLASSES = """\
template <typename Target>
class Forwarded<{interface}, Target> : public {interface}
{{
public:
    explicit Forwarded(Target target) : m_target{{std::move(target)}} {{}}

{methods}
protected:
    const Target m_target;
}};

template <typename Target>
class Served<{interface}, Target> : public Forwarded<{interface}, Target>
{{
public:
    using Forwarded<{interface}, Target>::Forwarded;
{abstract}}};
"""


def headers(request: Request, policies: list[Policy]) -> dict[str, str]:
    """The headers by their names: one for each schema with interfaces that C++ classes have."""
    by_name = {policy.name: policy for policy in policies}
    texts: dict[str, str] = {}
    for schema in sorted({policy.method.interface.file for policy in policies}):
        classes = [
            _classes(request, node, by_name)
            for node in request.interfaces
            if node.file == schema and _is_class(node)
        ]
        if classes:
            texts[f"{schema}.forward.h"] = _header(request, schema, classes)
    return texts


def _header(request: Request, schema: str, classes: list[str]) -> str:
    file = request.file(schema)
    includes = ["ipc/interfaces/common/forward.h", *file.texts(markers.INCLUDE)]
    shown = [each for each in includes if not each.endswith(".capnp.proxy.h")]
    return header(schema, "forward", "mpbitcoin", shown, "\n".join(classes))


def _is_class(node: Node) -> bool:
    """Whether an interface represents a C++ class, not a function."""
    wrapped = node.text(markers.WRAP)
    return bool(wrapped) and not wrapped.startswith("ProxyCallback<")


def _classes(request: Request, node: Node, policies: dict[str, Policy]) -> str:
    interface = node.text(markers.WRAP)
    methods, abstract = [], []
    for each in (node, *request.ancestors(node)):
        for method in each.methods:
            if method.name in markers.WITHOUT_CLASS:
                continue
            name = method.text(markers.NAME) or method.name
            own = f"&{interface}::{name}"
            count = len(arguments(request, policies[method.full_name]))
            result = f"ResultOf<{own}, Target> {name}"
            types = [f"ArgumentOf<{own}, {index}, Target>" for index in range(count)]
            declared = ", ".join(f"{kind} a{index}" for index, kind in enumerate(types))
            passed = [f"std::forward<{kind}>(a{index})" for index, kind in enumerate(types)]
            methods.append(
                f"    {result}({declared}) override\n"
                f"    {{\n        return m_target()->{name}({', '.join(passed)});\n    }}\n"
            )
            if policies[method.full_name].callbacks in {"queued", "unlocked"}:
                abstract.append(f"    {result}({declared}) override = 0;\n")
    return _CLASSES.format(
        interface=interface, methods="".join(methods), abstract="".join(abstract)
    )
