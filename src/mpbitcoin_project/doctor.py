"""Checks the machine's programs, and names the command that installs missing ones."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import compiler, machine, platforms, process, releases
from mpbitcoin_depends import options as names
from mpbitcoin_depends.errors import DependsError
from mpbitcoin_depends.files import human_size
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


def _own_environment() -> Iterator[Check]:
    for name in ("cmake", "ninja"):
        own = Path(sys.executable).parent / name
        if own.is_file():
            yield Check(f"{name} (ours)", OK, _version([str(own), "--version"]))
    yield Check("python", OK, f"{sys.executable}: {sys.version.split()[0]}")


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
    options = names.of_user(among=["BASE_CACHE", "BITCOIN_LINE"])
    place = Workplace.of(options)
    checks = list(_compilers(place.machine, releases.find(options.bitcoin_line)))
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
