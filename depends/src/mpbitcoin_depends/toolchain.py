"""toolchain.cmake: the prefix, compilers and flags, for any Bitcoin Core tree."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from mpbitcoin_depends import default_tree, paths
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.plan import Plan
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
        "sdk": _quote(plan.options.sdk_path),
        "tree": default_tree.LINK,
        "with_ipc": _on("libmultiprocess" in names),
        "with_wallet": _on("sqlite" in names),
        "with_zmq": _on("zeromq" in names),
        "with_usdt": _on("systemtap" in names),
        "with_qrencode": _on("qrencode" in names),
        "with_gui": _on("qt" in names),
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
