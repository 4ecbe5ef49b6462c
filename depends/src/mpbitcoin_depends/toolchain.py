"""toolchain.cmake: the prefix, compilers and flags, for any Bitcoin Core tree."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from mpbitcoin_depends import default_tree, paths
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.plan import HOST, Plan
from mpbitcoin_depends.recipe import recipes
from mpbitcoin_depends.toolset import Toolset

_NAME = re.compile(r"@(\w+)@")


def _quote(text: str) -> str:
    """Text inside a quoted CMake argument."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace(";", "\\;")


def _on(value: bool) -> str:
    return "ON" if value else "OFF"


def _command(words: list[str]) -> str:
    """A compiler command as a CMake list: program and fixed arguments."""
    return ";".join(_quote(word) for word in words)


def _variables(names: Collection[str]) -> Iterator[str]:
    """CMake's commands that set the variables of all recipes; `names` are the prefix's packages."""
    for name, recipe in recipes().items():
        for variable in recipe.rules.variables:
            if variable.path is None:
                value, kind = _on(name in names), "BOOL"
            elif name in names:
                value, kind = f'"${{CMAKE_CURRENT_LIST_DIR}}/{variable.path}"', "PATH"
            else:
                continue
            yield f'set({variable.name} {value} CACHE {kind} "{variable.help}")'
        if recipe.rules.decides:
            yield f"set(DEPENDS_DECIDES_{name} {recipe.rules.decides})"


def values(plan: Plan) -> dict[str, str]:
    """The values of the template's @PLACEHOLDERS@."""
    host: Toolset = plan.host
    names = {package.name for package in plan.packages}
    crossing = host.platform.triplet != plan.build.platform.triplet
    release = "-O2 -flto" if host.lto else "-O2"
    return {
        "crossing": _on(crossing),
        "host": host.platform.triplet,
        "system_name": host.platform.cmake_system,
        "system_processor": host.platform.cmake_processor,
        "clang_target": host.platform.triplet if crossing and host.cxx.family != "gcc" else "",
        "cc": _command(shlex.split(host.cc.command)),
        "cxx": _command(shlex.split(host.cxx.command)),
        "cflags": _quote(host.flags["CFLAGS"]),
        "cxxflags": _quote(host.flags["CXXFLAGS"]),
        "cppflags": ";".join(_quote(word) for word in shlex.split(host.flags["CPPFLAGS"])),
        "ldflags": _quote(host.flags["LDFLAGS"]),
        "release_flags": release,
        "debug_flags": "-O1 -g",
        "debug_defines": host.defines.replace(" ", ";"),
        "tools": "\n".join(
            f'if(NOT DEFINED CMAKE_{name})\n  set(CMAKE_{name} "{_quote(value)}")\nendif()'
            for name, value in host.tools.items()
        ),
        "build_type": "Debug" if host.debug else "RelWithDebInfo",
        "sdk": _quote(plan.options.text("SDK_PATH")),
        "tree": default_tree.LINK,
        "variables": "\n".join(_variables(names)),
        "packages": " ".join(p.name for p in plan.packages if p.context == HOST),
    }


def render(plan: Plan, template: Path | None = None) -> str:
    """The toolchain file's text for `plan`."""
    file = template or paths.DATA / "toolchain.cmake.in"
    known = values(plan)

    def place(match: re.Match[str]) -> str:
        if match.group(1) not in known:
            raise DependsError(f"{file}: unknown placeholder {match.group(0)}")
        return known[match.group(1)]

    return _NAME.sub(place, file.read_text(encoding="utf-8"))
