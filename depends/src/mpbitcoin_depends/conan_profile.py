"""Conan profiles: writes a toolset as a profile."""

from __future__ import annotations

import json
from pathlib import Path

from mpbitcoin_depends.process import program
from mpbitcoin_depends.toolset import Toolset

_FAMILIES = {"gcc": "gcc", "clang": "clang", "apple-clang": "apple-clang"}
OLDEST_CMAKE = (3, 22)


def _settings(tools: Toolset) -> list[str]:
    compiler = _FAMILIES[tools.cxx.family]
    version = tools.cxx.major
    return [
        f"os={tools.platform.os}",
        f"arch={tools.platform.arch}",
        f"build_type={'Debug' if tools.debug else 'Release'}",
        f"compiler={compiler}",
        f"compiler.version={version}",
        f"compiler.cppstd={tools.standards['c++'].replace('+', '')}",
        f"compiler.libcxx={tools.libcxx}",
        f"compiler.cstd={tools.standards['c']}",
    ]


def _cmake_variables(tools: Toolset) -> dict[str, str]:
    return {f"CMAKE_{name}": path for name, path in tools.programs.items()}


def _conf(tools: Toolset, sources: str) -> list[str]:
    links = json.dumps(tools.link_flags)
    executables = {"c": tools.cc.path, "cpp": tools.cxx.path}
    return [
        f"tools.build:compiler_executables={json.dumps(executables)}",
        f"tools.build:cflags={json.dumps(tools.compile_flags('CFLAGS'))}",
        f"tools.build:cxxflags={json.dumps(tools.compile_flags('CXXFLAGS'))}",
        f"tools.build:exelinkflags={links}",
        f"tools.build:sharedlinkflags={links}",
        # 0: no -j; ninja gets its jobs from the job server in MAKEFLAGS.
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
    env = [f"{name}={path}" for name, path in tools.programs.items()]
    # Use our environment's ninja, independent of PATH.
    env.append(f"PATH=+(path){Path(program('ninja')).parent}")
    sections = {"settings": _settings(tools), "conf": _conf(tools, sources), "buildenv": env}
    return "\n".join(line for name, body in sections.items() for line in (f"[{name}]", *body, ""))
