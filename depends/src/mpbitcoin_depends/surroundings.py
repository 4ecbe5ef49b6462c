"""Finds and hashes everything that the machine adds to packages, except the compilers."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mpbitcoin_depends import fingerprint, parts, process
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.fingerprint import remembered
from mpbitcoin_depends.platforms import BINARY_TOOLS
from mpbitcoin_depends.toolset import Toolset


@dataclass(frozen=True)
class _Seen:
    """The result, as one hash."""

    hash: str


def _versions() -> list[str]:
    """CMake, Ninja and Conan: pinned by hash, so their versions identify them."""
    from importlib import metadata  # slow, and rarely needed

    versions = [parts.ask([process.program(name), "--version"]) for name in ("cmake", "ninja")]
    try:
        conan = metadata.version("conan")
    except metadata.PackageNotFoundError as error:
        raise MachineError("this environment has no Conan", "run ./mpbitcoin") from error
    return [*(text.partition("\n")[0] for text in versions), conan]


@dataclass(frozen=True)
class _Machine:
    """The inputs of the search; all are part of the question."""

    #: Language -> program and flags.
    commands: dict[str, tuple[str, list[str]]]
    links: list[str]
    processor: str
    programs: dict[str, str]
    ours: list[str]

    @classmethod
    def of(cls, tools: Toolset) -> _Machine:
        flags = [tools.compile_flags(name) for name in ("CFLAGS", "CXXFLAGS")]
        standards = tools.standards.items()
        commands = {
            language: (compiler.path, [*words, f"-std={standard}"])
            for (language, standard), compiler, words in zip(
                standards, (tools.cc, tools.cxx), flags, strict=True
            )
        }
        # The folder of our environment's packages changes with them.
        packages = next((path for path in sys.path if path.endswith("-packages")), sys.prefix)
        ours = [process.program("cmake"), process.program("ninja"), packages]
        links = [*flags[1], *tools.link_flags]
        processor = parts.processor(itertools.chain(*flags))
        return cls(commands, links, processor, _programs(tools), ours)

    def ask(self) -> tuple[_Seen, Iterable[str]]:
        """Find and hash everything; also returns the files that the answer depends on."""
        groups = [
            *(parts.headers([path], name, flags) for name, (path, flags) in self.commands.items()),
            parts.of_linking([self.commands["c++"][0]], self.links),
            *(parts.with_libraries([path]) for path in self.programs.values()),
        ]
        facts = [
            *(_versions(), self.processor, sorted(self.programs)),
            *map(fingerprint.digest, groups),
        ]
        folders = (
            folder
            for name, (path, flags) in self.commands.items()
            for folder in parts.include_folders([path], name, flags)
        )
        made = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        files = (*self.ours, *folders, *self.programs.values(), *itertools.chain(*groups))
        return _Seen(made), files


def _programs(tools: Toolset) -> dict[str, str]:
    """Binary tools by their purpose: the requested ones, else those that CMake finds."""
    beside = os.path.dirname(tools.cxx.path)
    found = {}
    for name in BINARY_TOOLS:
        if asked := tools.tools.get(name):
            found[name] = shutil.which(asked) or asked
        elif path := shutil.which(name.lower(), path=beside) or shutil.which(name.lower()):
            found[name] = path
    return found


def look(memory: Path, *toolsets: Toolset) -> tuple[Toolset, ...]:
    """The toolsets with their binary tools and the hash of their surroundings.

    The contents of headers, libraries and programs count, not their paths. The folder `memory`
    stores answers. Raises MachineError when CMake, Ninja or Conan is missing.
    """
    looked = []
    known: dict[str, _Seen] = {}  # of host and build platform, which are often one
    for tools in toolsets:
        machine = _Machine.of(tools)
        key = repr(machine)
        if key not in known:
            known[key] = remembered(_Seen, memory, asdict(machine), machine.ask)
        found = known[key].hash
        looked.append(replace(tools, programs=machine.programs, surroundings=found))
    return tuple(looked)
