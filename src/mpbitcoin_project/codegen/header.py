"""The frame of a generated C++ header."""

from __future__ import annotations

from collections.abc import Iterable

_TEXT = """\
// Written by mpbitcoin_project.codegen from {schema}.

#ifndef {guard}
#define {guard}

{includes}
{system}#include <utility>

namespace {namespace} {{
{body}}} // namespace {namespace}

#endif // {guard}
"""


def header(
    schema: str, kind: str, namespace: str, includes: Iterable[str], body: str, system: str = ""
) -> str:
    """The text of <schema>.<kind>.h. `system` has include lines that follow the sorted ones."""
    name = f"{schema}.{kind}.h"
    return _TEXT.format(
        schema=schema,
        guard="".join(each if each.isalnum() else "_" for each in name).upper(),
        includes="".join(f"#include <{each}>\n" for each in sorted(includes)),
        system=system,
        namespace=namespace,
        body=body,
    )
