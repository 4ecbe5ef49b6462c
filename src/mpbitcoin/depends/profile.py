"""Conan profiles: a toolset written in Conan's words."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from pathlib import Path

from mpbitcoin.depends.options import standard_number
from mpbitcoin.depends.toolset import Toolset
from mpbitcoin.errors import MachineError

_FAMILIES = {"gcc": "gcc", "clang": "clang", "apple-clang": "apple-clang"}
OLDEST_CMAKE = (3, 22)


def program(name: str) -> str:
    """Path of a tool that came with our own environment, else of the machine's.

    Raises MachineError when there is neither.
    """
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise MachineError(f"{name} not found", f"pip install {name}")
    return found


def _settings(tools: Toolset) -> list[str]:
    compiler = _FAMILIES[tools.cxx.family]
    cxx = standard_number("CXX_STANDARD", tools.cxx_standard)
    c = standard_number("C_STANDARD", tools.c_standard)
    version = tools.cxx.major
    return [
        f"os={tools.platform.os}",
        f"arch={tools.platform.arch}",
        f"build_type={'Debug' if tools.debug else 'Release'}",
        f"compiler={compiler}",
        f"compiler.version={version}",
        # Cap'n Proto refuses to be built with extensions off.
        f"compiler.cppstd=gnu{cxx}",
        f"compiler.libcxx={tools.libcxx}",
        f"compiler.cstd=gnu{c}",
    ]


def _cmake_variables(tools: Toolset) -> dict[str, str]:
    return {f"CMAKE_{name}": shutil.which(value) or value for name, value in tools.tools.items()}


def _conf(tools: Toolset, sources: str) -> list[str]:
    crossing_clang = tools.cxx.family != "gcc" and tools.cxx.target != tools.platform.triplet
    target = [f"--target={tools.platform.triplet}"] if crossing_clang else []
    links = json.dumps([*target, *tools.cxx.arguments, *shlex.split(tools.flags["LDFLAGS"])])
    executables = {"c": tools.cc.path, "cpp": tools.cxx.path}
    return [
        f"tools.build:compiler_executables={json.dumps(executables)}",
        f"tools.build:cflags={json.dumps([*target, *tools.compile_flags('CFLAGS')])}",
        f"tools.build:cxxflags={json.dumps([*target, *tools.compile_flags('CXXFLAGS')])}",
        f"tools.build:exelinkflags={links}",
        f"tools.build:sharedlinkflags={links}",
        # 0: no -j; ninja takes its jobs from the job server in MAKEFLAGS.
        "tools.build:jobs=0",
        "tools.cmake.cmaketoolchain:generator=Ninja",
        f"tools.cmake.cmaketoolchain:extra_variables={json.dumps(_cmake_variables(tools))}",
        f"tools.cmake:cmake_program={program('cmake')}",
        f"user.mpbitcoin:sources={sources}",
        f"user.mpbitcoin:identity={tools.identity}",
        *([f"tools.apple:sdk_path={tools.sdk}"] if tools.sdk else []),
    ]


def text(tools: Toolset, sources: str) -> str:
    """The profile of a toolset; `sources` is the folder of the source archives."""
    env = [f"{name}={shutil.which(value) or value}" for name, value in tools.tools.items()]
    # The path of ninja is fixed by our environment, whatever PATH says.
    env.append(f"PATH=+(path){Path(program('ninja')).parent}")
    sections = {"settings": _settings(tools), "conf": _conf(tools, sources), "buildenv": env}
    return "\n".join(line for name, body in sections.items() for line in (f"[{name}]", *body, ""))
