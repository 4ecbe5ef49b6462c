"""Compilers: identifies a CC or CXX by its bytes, not only by its path.

Probing runs the compiler. Its answers are stored, so that an unchanged compiler runs once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import environment, fingerprint, parts, process
from mpbitcoin_depends.errors import MachineError
from mpbitcoin_depends.fingerprint import remembered
from mpbitcoin_depends.releases import Release

#: Programs that run a compiler: only that compiler matters.
_LAUNCHERS = frozenset({"ccache", "sccache", "distcc", "icecc"})
#: How to get a newer compiler, by its family.
_NEWER = {
    "gcc": "install a newer g++ (Debian, Ubuntu: apt-get install g++)",
    "clang": "install a newer clang, or use CC=gcc CXX=g++",
    "apple-clang": "install a newer Xcode, or its command line tools",
}


@dataclass(frozen=True)
class Compiler:
    """A compiler command: its program, fixed arguments and answers."""

    command: str
    path: str
    arguments: tuple[str, ...]
    family: str
    version: str
    target: str
    identity: str

    @property
    def major(self) -> str:
        """The version in Conan's settings: the major number."""
        return self.version.split(".", 1)[0]

    def require(self, release: Release) -> None:
        """Raise MachineError when it is too old for this Bitcoin Core release."""
        oldest = release.compilers[self.family]
        if _numbers(self.version) < _numbers(oldest):
            raise MachineError(
                f"{self.command} is {self.family} {self.version}, too old: Bitcoin Core "
                f"{release.version} needs {oldest} or newer",
                _NEWER[self.family],
            )


def locate(command: str) -> tuple[str, tuple[str, ...]]:
    """Absolute path of the compiler in `command`, and its arguments.

    Skips launchers (`ccache gcc`, or a gcc on PATH that is ccache): packages are built without
    them, and a changed compiler behind them is noticed.

    Raises MachineError when there is none.
    """
    words = shlex.split(command)
    if len(words) > 1 and os.path.basename(words[0]) in _LAUNCHERS:
        words = words[1:]
    if not words:
        raise MachineError("the compiler command is empty", "name a compiler: CC=gcc")
    found = _which(words[0])
    if found is None:
        usual = " (Debian, Ubuntu: apt-get install g++)" if words[0] in ("gcc", "g++") else ""
        raise MachineError(
            f"compiler not found: {words[0]}",
            f"install it{usual}, or choose another with CC= and CXX=",
        )
    return found, tuple(words[1:])


def _which(name: str) -> str | None:
    """The program on PATH, skipping links of compile caches with the compiler's name."""
    for folder in (None, *os.environ.get("PATH", os.defpath).split(os.pathsep)):
        found = shutil.which(name, path=folder)
        if found and os.path.basename(os.path.realpath(found)) not in _LAUNCHERS:
            return found
    return None


def probe(command: str, memory: Path) -> Compiler:
    """Ask the compiler for its identity; the folder `memory` stores answers.

    Raises MachineError when it does not run or is unknown.
    """
    path, arguments = locate(command)

    def ask() -> tuple[Compiler, tuple[str, ...]]:
        return _ask(command, path, arguments)

    return remembered(Compiler, memory, [command, path, *arguments], ask)


def _ask(command: str, path: str, arguments: tuple[str, ...]) -> tuple[Compiler, tuple[str, ...]]:
    """The compiler and the files that it consists of."""
    argv = [path, *arguments]
    env = environment.of_builds()
    try:
        banner = process.capture([*argv, "--version"], env=env, timeout=60)
        target = process.capture([*argv, "-dumpmachine"], env=env, timeout=60).strip()
        macros = process.capture(
            [*argv, "-dM", "-E", "-x", "c", "-"], input="", env=env, timeout=60
        )
    except process.CommandFailed as error:
        raise MachineError(f"{command} does not work as a compiler: {error.message}") from error
    family, version = _family(macros)
    if not all(part.isdecimal() for part in version.split(".")):
        raise MachineError(f"{command} is neither GCC nor Clang", "use GCC or Clang")
    configured = re.findall(r"^Configuration file: (.+)$", banner, re.MULTILINE)  # Clang's
    files = (*parts.of_compiler(argv, family), *configured)
    facts = [family, banner, target, arguments, fingerprint.digest(files)]
    identity = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    found = Compiler(command, path, arguments, family, version, target, identity)
    return found, (path, *files)


def _numbers(version: str) -> tuple[int, ...]:
    """Major and minor version, to compare."""
    return tuple(int(part) for part in version.split(".")[:2])


def _family(macros: str) -> tuple[str, str]:
    def value(name: str) -> str:
        match = re.search(rf"^#define {name} (.+)$", macros, re.MULTILINE)
        return match.group(1).strip() if match else ""

    if value("__clang__"):
        names = ("__clang_major__", "__clang_minor__", "__clang_patchlevel__")
        family = "apple-clang" if value("__apple_build_version__") else "clang"
    elif value("__GNUC__"):
        names, family = ("__GNUC__", "__GNUC_MINOR__", "__GNUC_PATCHLEVEL__"), "gcc"
    else:
        return "", ""
    return family, ".".join(value(name) for name in names)
