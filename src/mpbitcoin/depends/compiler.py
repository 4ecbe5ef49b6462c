"""Compilers: what a CC or CXX really is, by its bytes and not by its path alone.

Probing runs the compiler; the answers are kept per (path, size, mtime) so that an
unchanged compiler is asked once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from mpbitcoin import process, records
from mpbitcoin.errors import MachineError
from mpbitcoin.files import write_text

#: Programs that run a compiler: what they run is what counts.
_LAUNCHERS = frozenset({"ccache", "sccache", "distcc", "icecc"})
#: Oldest compilers that Bitcoin Core 31.99 takes (its doc/dependencies.md).
OLDEST = {"gcc": (12, 1), "clang": (17, 0), "apple-clang": (16, 0)}
_INSTALL = {
    "gcc": "install g++ 12 or newer (Debian, Ubuntu: apt-get install g++)",
    "clang": "install clang 17 or newer, or use CC=gcc CXX=g++",
    "apple-clang": "install a newer Xcode, or its command line tools",
}


@dataclass(frozen=True)
class Compiler:
    """One compiler command: its program, fixed arguments and what it told us."""

    command: str
    path: str
    arguments: tuple[str, ...]
    family: str
    version: str
    target: str
    identity: str

    @property
    def major(self) -> str:
        """The version as Conan's settings write it: the major number."""
        return self.version.split(".", 1)[0]


def locate(command: str) -> tuple[str, tuple[str, ...]]:
    """Absolute path of the compiler in `command`, and its arguments.

    Launchers (`ccache gcc`, or a gcc on PATH that is ccache) are looked through: packages
    are built without them, and a changed compiler behind them is seen.

    Raises MachineError when there is none.
    """
    words = shlex.split(command)
    if len(words) > 1 and os.path.basename(words[0]) in _LAUNCHERS:
        words = words[1:]
    if not words:
        raise MachineError("empty compiler command", "name a compiler, CC=gcc say")
    found = _which(words[0])
    if found is None:
        usual = " (Debian, Ubuntu: apt-get install g++)" if words[0] in ("gcc", "g++") else ""
        raise MachineError(
            f"compiler not found: {words[0]}",
            f"install it{usual}, or name another with CC= and CXX=",
        )
    return found, tuple(words[1:])


def _which(name: str) -> str | None:
    """The program on PATH; not a compile cache's link that goes by the compiler's name."""
    for folder in (None, *os.environ.get("PATH", os.defpath).split(os.pathsep)):
        found = shutil.which(name, path=folder)
        if found and os.path.basename(os.path.realpath(found)) not in _LAUNCHERS:
            return found
    return None


def signature(command: str) -> list[str | int]:
    """What changes when the program behind `command` does: path, real path, size, mtime."""
    path, arguments = locate(command)
    real = os.path.realpath(path)
    stat = os.stat(real)
    return [path, real, stat.st_size, stat.st_mtime_ns, *arguments]


def probe(command: str, memory: Path) -> Compiler:
    """Ask the compiler what it is; `memory` is the JSON file of earlier answers.

    Raises MachineError when it cannot be run, is unknown or too old.
    """
    key = json.dumps(signature(command))
    known = records.read_mapping(memory)
    if (remembered := records.restore(Compiler, known.get(key))) is not None:
        return remembered
    compiler = _ask(command)
    known[key] = asdict(compiler)
    write_text(memory, json.dumps(known, indent=1))
    return compiler


def _ask(command: str) -> Compiler:
    path, arguments = locate(command)
    argv = [path, *arguments]
    try:
        banner = process.capture([*argv, "--version"], env={"LC_ALL": "C"}, timeout=60)
        target = process.capture([*argv, "-dumpmachine"], timeout=60).strip()
        macros = process.capture(
            [*argv, "-dM", "-E", "-x", "c", "-"], input="", env={"LC_ALL": "C"}, timeout=60
        )
    except process.CommandFailed as error:
        raise MachineError(f"{command}: does not work as a compiler: {error.message}") from error
    family, version = _family(macros)
    if not all(part.isdecimal() for part in version.split(".")):
        raise MachineError(f"{command}: neither GCC nor Clang", "use one of them")
    oldest = OLDEST[family]
    if tuple(int(part) for part in version.split(".")[:2]) < oldest:
        wanted = ".".join(map(str, oldest))
        raise MachineError(
            f"{command} is {family} {version}, too old: Bitcoin Core needs {wanted} or newer",
            _INSTALL[family],
        )
    identity = _identity(argv, family, banner, target)
    return Compiler(command, path, arguments, family, version, target, identity)


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


def _identity(argv: list[str], family: str, banner: str, target: str) -> str:
    """sha256 over banner, target and the bytes of driver and compiler proper."""
    digest = hashlib.sha256(f"{family}\0{banner}\0{target}".encode())
    files = [os.path.realpath(argv[0])]
    if family == "gcc":
        for program in ("cc1", "cc1plus", "as", "ld"):
            named = process.capture([*argv, f"-print-prog-name={program}"]).strip()
            found = shutil.which(named)
            if found:
                files.append(os.path.realpath(found))
    for name in files:
        with open(name, "rb") as stream:
            digest.update(hashlib.sha256(stream.read()).digest())
    for argument in argv[1:]:
        digest.update(b"\0" + argument.encode())
    return digest.hexdigest()
