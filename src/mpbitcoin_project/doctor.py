"""Checks the machine's programs, and names the command that installs missing ones."""

from __future__ import annotations

import csv
import hashlib
import shlex
import shutil
import sys
import sysconfig
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import compiler, machine, platforms, process, settings
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.files import human_size
from mpbitcoin_depends.paths import cache_root
from mpbitcoin_depends.pipeline import Workplace
from mpbitcoin_depends.releases import Release
from mpbitcoin_project import paths, tools
from mpbitcoin_project.tools import Tool

OK, ADVICE, MISSING = "ok", "advice", "missing"
#: Disk space for packages, the tree, a build folder and a compile cache, in bytes.
_WANTED_SPACE = 4 * 10**9


@dataclass(frozen=True)
class Check:
    """One result: what was checked, its state, and the command that fixes it."""

    name: str
    state: str
    found: str
    fix: str = ""


def _version(command: list[str]) -> str:
    try:
        lines = process.capture(command, timeout=30).strip().splitlines()
    except DependsError as error:
        return f"does not run: {error.message.splitlines()[0]}"
    return lines[0] if lines else "no answer"


def _program(tool: Tool, absent: str = ADVICE) -> Check:
    """Check for a tool; `absent` is the state when it is missing."""
    path = tool.find()
    if path:
        return Check(tool.name, OK, f"{path}: {_version([path, '--version'])}")
    return Check(tool.name, absent, f"not found; {tool.purpose}", tools.install_command(tool))


def _compilers(memory: Path, release: Release) -> Iterator[Check]:
    for command in ("gcc", "g++", "clang", "clang++"):
        if not shutil.which(command):
            continue
        try:
            found = compiler.probe(command, memory)
            found.require(release)
        except DependsError as error:
            yield Check(command, ADVICE, error.message, error.hint)
        else:
            yield Check(
                command, OK, f"{found.path}: {found.family} {found.version}, {found.target}"
            )


def _damage(packages: Path) -> str:
    """The first file in `packages` that is not as pip installed it; empty when all are."""
    for record in packages.glob("*.dist-info/RECORD"):
        # Not Distribution.files: newer Pythons leave out the missing ones.
        for name, algorithm_and_digest, _ in csv.reader(record.read_text("utf-8").splitlines()):
            path, wanted = packages / name, algorithm_and_digest.partition("sha256=")[2]
            try:
                digest = hashlib.sha256(path.read_bytes()).digest() if wanted else b""
            except OSError as error:
                return f"{path}: {error.strerror}"
            if wanted and wanted != urlsafe_b64encode(digest).decode().rstrip("="):
                return f"{path} has changed"
    return ""


def _environment() -> Check:
    """The Python environment that runs us: all of its packages, if it is our own."""
    found = f"{sys.executable}: {sys.version.split()[0]}"
    own = Path(sys.prefix).is_relative_to(cache_root())
    if own and (damage := _damage(Path(sysconfig.get_path("purelib")))):
        return Check("python", MISSING, damage, shlex.join(["rm", "-rf", sys.prefix]))
    return Check("python", OK, found)


def _own_environment() -> Iterator[Check]:
    for name in ("cmake", "ninja"):
        own = Path(sys.executable).parent / name
        if own.is_file():
            yield Check(f"{name} (ours)", OK, _version([str(own), "--version"]))
    yield _environment()


def _space(folder: Path) -> Check:
    free = machine.free_space(folder)
    found = f"{human_size(free)} free in {folder}"
    if free >= _WANTED_SPACE:
        return Check("disk", OK, found)
    return Check("disk", ADVICE, found, "mpbitcoin cache prune --unused 30d")


def _memory() -> Check:
    found = f"{human_size(machine.memory())}, {machine.cores()} cores: "
    found += f"{machine.compile_jobs()} compilers in parallel"
    enough = machine.memory() >= machine.COMPILER_MEMORY
    return Check("memory", OK if enough else ADVICE, found, "" if enough else "add swap space")


def _built() -> Iterator[Check]:
    made = [n for n in platforms.known() if (paths.DEPENDS / n / "toolchain.cmake").is_file()]
    if made:
        yield Check("prefix", OK, ", ".join(made))
    else:
        yield Check("prefix", ADVICE, "none built", "make -C depends NO_QT=1 MULTIPROCESS=1")
    node = paths.PROJECT / "build" / "bin" / "bitcoin-node"
    if node.is_file():
        yield Check("executables", OK, _version([str(node), "--version"]))
    else:
        yield Check("executables", ADVICE, "not built", "mpbitcoin build")


def examine(stages: Iterable[str] = ()) -> list[Check]:
    """All checks, in the order of need, with the programs that these stages of the tests use."""
    options = settings.of_user(among=["BASE_CACHE", "BITCOIN_VERSION"])
    place = Workplace.of(options)
    checks = list(_compilers(place.machine, options.release))
    if not any(check.state == OK and check.name.endswith("++") for check in checks):
        fix = tools.install_command(tools.COMPILER)
        checks.append(Check("compiler", MISSING, "no suitable C++20 compiler", fix))
    checks += _own_environment()
    needed = (tools.MAKE, *tools.for_stages(stages))
    useful = (tools.GIT, tools.CMAKE, tools.CCACHE)
    checks += [_program(tool, MISSING) for tool in needed]
    checks += [_program(tool) for tool in useful if tool not in needed]
    checks += [_space(place.base), _memory()]
    checks += _built()
    return checks
