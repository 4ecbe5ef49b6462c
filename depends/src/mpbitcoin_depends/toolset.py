"""The toolset of a context: platform, compilers, binary tools and flags."""

from __future__ import annotations

import hashlib
import json
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mpbitcoin_depends import platforms
from mpbitcoin_depends.compiler import Compiler, probe
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.platforms import BINARY_TOOLS, FLAG_NAMES, Platform

_COMPILERS = ("CC", "CXX", "build_CC", "build_CXX")
#: The start of the error of `probe` about a missing compiler.
_NOT_FOUND = "compiler not found: "
_DEBUG_DEFINES = (
    "-D_GLIBCXX_DEBUG",
    "-D_GLIBCXX_DEBUG_PEDANTIC",
    "-D_LIBCPP_HARDENING_MODE=_LIBCPP_HARDENING_MODE_DEBUG",
)


@dataclass(frozen=True)
class Toolset:
    """Everything that compiles for one platform. Flags come from the profile and the user."""

    platform: Platform
    cc: Compiler
    cxx: Compiler
    tools: Mapping[str, str]
    flags: Mapping[str, str]
    debug: bool
    lto: bool
    c_standard: str
    cxx_standard: str
    salt: str
    sdk: str = ""
    #: Binary tools by their purpose: the paths of those in use, requested or found.
    programs: Mapping[str, str] = field(default_factory=dict)
    #: Hash over the machine's headers, linker, libraries, binary tools, CMake and Ninja.
    surroundings: str = ""

    @property
    def optimisation(self) -> str:
        """Optimisation and debugging flags of the build type."""
        base = "-O1 -g" if self.debug else "-O2"
        return f"{base} -flto" if self.lto else base

    @property
    def defines(self) -> str:
        """Preprocessor flags of the build type."""
        return " ".join(_DEBUG_DEFINES) if self.debug else ""

    @property
    def standards(self) -> dict[str, str]:
        """The standards of c and c++, by their compiler names.

        Extensions are on: Cap'n Proto does not build without them.
        """
        return {"c": f"gnu{self.c_standard[-2:]}", "c++": f"gnu++{self.cxx_standard[-2:]}"}

    @property
    def libcxx(self) -> str:
        """The C++ library, by its name in Conan's settings."""
        if self.platform.os == "Macos" or "-stdlib=libc++" in self.flags["CXXFLAGS"]:
            return "libc++"
        return "libstdc++11"

    @property
    def identity(self) -> str:
        """Hash over everything beside the settings that may change a package's bytes."""
        facts = [
            self.cc.identity,
            self.cxx.identity,
            self.surroundings,
            self.compile_flags("CFLAGS"),
            self.compile_flags("CXXFLAGS"),
            self.link_flags,
            [self.debug, self.lto, self.c_standard, self.cxx_standard, self.salt],
            _sdk_identity(self.sdk),
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]

    def compile_flags(self, language: str) -> list[str]:
        """All flags for CFLAGS or CXXFLAGS; the user's come last and win."""
        compiler = self.cc if language == "CFLAGS" else self.cxx
        words = (
            f"{self.optimisation} {self.defines} {self.flags['CPPFLAGS']} {self.flags[language]}"
        )
        return [*self._target_flags, *compiler.arguments, *shlex.split(words)]

    @property
    def link_flags(self) -> list[str]:
        """All flags for linking."""
        own = shlex.split(self.flags["LDFLAGS"])
        return [*self._target_flags, *self.cxx.arguments, *own]

    @property
    def _target_flags(self) -> list[str]:
        """Flags that make Clang compile for another platform."""
        crossing = self.cxx.family != "gcc" and self.cxx.target != self.platform.triplet
        return [f"--target={self.platform.triplet}"] if crossing else []

    def to_dict(self) -> dict[str, Any]:
        """The toolset as plain data, with identities instead of paths."""
        return {
            "triplet": self.platform.triplet,
            "cc": f"{self.cc.family} {self.cc.version}",
            "cxx": f"{self.cxx.family} {self.cxx.version}",
            "commands": [self.cc.command, self.cxx.command],
            "tools": dict(self.tools),
            "flags": dict(self.flags),
            "build_type": "Debug" if self.debug else "Release",
            "lto": self.lto,
            "identity": self.identity,
        }


def compiler_commands(options: Options, host: Platform | None) -> dict[str, str]:
    """CC and CXX commands for host (`host` is set when cross compiling) and build platform."""
    gcc = shutil.which("gcc") and shutil.which("g++")
    clang = shutil.which("clang") and shutil.which("clang++")
    usual = ("gcc", "g++") if gcc or not clang else ("clang", "clang++")
    cross = (host.tools["CC"], host.tools["CXX"]) if host else usual
    # Use one compiler where host and build platform are the same: packages are built once.
    own = (options.cc, options.cxx) if host is None and not options.host else ("", "")
    return {
        "CC": options.cc or cross[0],
        "CXX": options.cxx or cross[1],
        "build_CC": options.build_cc or own[0] or usual[0],
        "build_CXX": options.build_cxx or own[1] or usual[1],
    }


def _sdk_identity(sdk: str) -> str:
    """The identity of an SDK: its settings file, else its name."""
    if not sdk:
        return ""
    try:
        return hashlib.sha256(Path(sdk, "SDKSettings.json").read_bytes()).hexdigest()
    except OSError:
        return Path(sdk).name


def _tools(options: Options, prefix: str, defaults: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name in BINARY_TOOLS:
        given = getattr(options, (prefix + name).lower(), "")
        if value := given or defaults.get(name, ""):
            found[name] = str(value)
    return found


def _flags(options: Options, prefix: str, usual: Mapping[str, str]) -> dict[str, str]:
    """The flags of the platform's profile, then the user's, which win."""
    given = {name: options.text(prefix + name) for name in FLAG_NAMES}
    return {name: f"{usual.get(name, '')} {text}".strip() for name, text in given.items()}


def detect(options: Options, memory: Path) -> tuple[Toolset, Toolset]:
    """The toolsets for host and build platform, with probed and checked compilers.

    The folder `memory` stores the compilers' answers. Raises MachineError for a missing or
    unsuitable compiler, UsageError for an unknown host.
    """
    release = options.release
    native = compiler_commands(options, None)
    build_cc = _probe(options, native["build_CC"], memory)
    build_platform = platforms.find(build_cc.target)
    asked = options.host
    if not asked:
        asked = _probe(options, options.cc, memory).target if options.cc else build_cc.target
    host_platform = platforms.find(asked)
    crossing = host_platform.triplet != build_platform.triplet
    commands = compiler_commands(options, host_platform if crossing else None)
    host = Toolset(
        platform=host_platform,
        cc=_probe_host(options, commands["CC"], memory, host_platform, crossing),
        cxx=_probe_host(options, commands["CXX"], memory, host_platform, crossing),
        tools=_tools(options, "", host_platform.tools if crossing else {}),
        flags=_flags(options, "", host_platform.flags),
        debug=options.debug,
        lto=options.lto,
        c_standard=options.c_standard,
        cxx_standard=options.cxx_standard,
        salt=options.host_id_salt,
        sdk=options.text("SDK_PATH") if host_platform.os == "Macos" else "",
    )
    build = Toolset(
        platform=build_platform,
        cc=build_cc,
        cxx=_probe(options, commands["build_CXX"], memory),
        tools=_tools(options, "build_", {}),
        flags=_flags(options, "build_", build_platform.flags),
        debug=False,
        lto=False,
        c_standard=options.c_standard,
        cxx_standard=options.cxx_standard,
        salt=options.build_id_salt,
    )
    for compiler in (host.cc, host.cxx, build.cc, build.cxx):
        compiler.require(release)
    from mpbitcoin_depends.surroundings import look

    host, build = look(memory, host, build)
    return host, build


def _probe(options: Options, command: str, memory: Path) -> Compiler:
    """`probe`, whose error names the option that chose the compiler, and its origin."""
    try:
        return probe(command, memory)
    except MachineError as error:
        chosen = [name for name in _COMPILERS if options.text(name) == command]
        raise MachineError(
            error.message + "".join(map(options.blame, chosen[:1])), error.hint
        ) from error


def _probe_host(
    options: Options, command: str, memory: Path, host: Platform, crossing: bool
) -> Compiler:
    try:
        return _probe(options, command, memory)
    except MachineError as error:
        if not crossing or not error.message.startswith(_NOT_FOUND):
            raise
        packages = host.debian_packages
        debian = f"install it (Debian, Ubuntu: apt-get install {packages}), or "
        raise MachineError(
            f"compiler for {host.triplet} not found: {error.message.removeprefix(_NOT_FOUND)}",
            f"{debian if packages else ''}choose an installed one with CC= and CXX=",
        ) from error
