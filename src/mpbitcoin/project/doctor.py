"""What is installed, what is missing, and the exact command that mends it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin import machine, paths, process
from mpbitcoin.depends import compiler, platform
from mpbitcoin.errors import MpbitcoinError
from mpbitcoin.files import human_size

OK, ADVICE, MISSING = "ok", "advice", "missing"
#: Room for packages, the tree, a build folder and a compile cache, in bytes.
_WANTED_SPACE = 4 * 10**9
_MANAGERS = {
    "apt-get": "apt-get install {debian}",
    "dnf": "dnf install {fedora}",
    "apk": "apk add {alpine}",
    "brew": "brew install {brew}",
}
_NAMES = {
    "g++": {"debian": "g++", "fedora": "gcc-c++", "alpine": "g++", "brew": "llvm"},
    "make": {"debian": "make", "fedora": "make", "alpine": "make", "brew": "make"},
    "ccache": {"debian": "ccache", "fedora": "ccache", "alpine": "ccache", "brew": "ccache"},
    "cmake": {"debian": "cmake", "fedora": "cmake", "alpine": "cmake", "brew": "cmake"},
    "git": {"debian": "git", "fedora": "git", "alpine": "git", "brew": "git"},
}


@dataclass(frozen=True)
class Check:
    """One finding: what was looked at, how it stands, and the command that mends it."""

    name: str
    state: str
    found: str
    mend: str = ""


def install_command(tool: str) -> str:
    """The command that installs a tool with this machine's package manager."""
    for manager, template in _MANAGERS.items():
        if shutil.which(manager):
            return template.format(**_NAMES[tool])
    return f"install {tool}"


def _version(command: list[str]) -> str:
    try:
        lines = process.capture(command, timeout=30).strip().splitlines()
    except MpbitcoinError as error:
        return f"does not run: {error.message.splitlines()[0]}"
    return lines[0] if lines else "no answer"


def _program(name: str, required: bool, why: str) -> Check:
    path = shutil.which(name)
    if path:
        return Check(name, OK, f"{path}: {_version([path, '--version'])}")
    state = MISSING if required else ADVICE
    return Check(name, state, f"not found; {why}", install_command(name))


def _compilers(memory: Path) -> Iterator[Check]:
    for command in ("gcc", "g++", "clang", "clang++"):
        if not shutil.which(command):
            continue
        try:
            found = compiler.probe(command, memory)
        except MpbitcoinError as error:
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
    found += f"{machine.compile_jobs()} compilers at once"
    enough = machine.memory() >= machine.COMPILER_MEMORY
    return Check("memory", OK if enough else ADVICE, found, "" if enough else "add swap space")


def _built() -> Iterator[Check]:
    made = [n for n in platform.known() if (paths.DEPENDS / n / "toolchain.cmake").is_file()]
    if made:
        yield Check("prefix", OK, ", ".join(made))
    else:
        yield Check("prefix", ADVICE, "none built", "make -C depends NO_QT=1 MULTIPROCESS=1")
    node = paths.PROJECT / "build" / "bin" / "bitcoin-node"
    if node.is_file():
        yield Check("executables", OK, _version([str(node), "--version"]))
    else:
        yield Check("executables", ADVICE, "not built", "mpbitcoin build")


def examine() -> list[Check]:
    """All checks, in the order of need."""
    memory = paths.default_base_cache() / "compilers.json"
    checks = list(_compilers(memory))
    if not any(check.state == OK and check.name.endswith("++") for check in checks):
        checks.append(Check("compiler", MISSING, "no fit C++20 compiler", install_command("g++")))
    checks += _own_environment()
    checks.append(_program("make", True, "the commands of the README need it"))
    checks.append(_program("git", False, "only to clone and to contribute"))
    checks.append(_program("cmake", False, "only to call it yourself; `mpbitcoin build` has one"))
    checks.append(_program("ccache", False, "a second build would take a tenth of the time"))
    checks += [_space(paths.cache_root()), _memory()]
    checks += _built()
    return checks
