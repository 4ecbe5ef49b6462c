"""Runs the project's tests in stages, for people and for CI."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin.errors import RunError
from mpbitcoin_depends import machine, process
from mpbitcoin_depends.errors import MachineError, UsageError
from mpbitcoin_depends.files import human_time
from mpbitcoin_depends.paths import RECIPES
from mpbitcoin_depends.process import program
from mpbitcoin_project import paths, tools

#: How the stages' one build folder is configured. One test of the functional suite, of the wrapper,
#: wants bitcoind.
CONFIGURATION = ("WITH_PYTHON=ON", "WITH_IPC_TESTS=ON", "BUILD_MONOLITH=ON")


def _style(_: Path) -> None:
    process.run([program("ruff"), "check", "."], cwd=paths.PROJECT)
    process.run([program("ruff"), "format", "--check", "."], cwd=paths.PROJECT)
    cmake = ["CMakeLists.txt", "benchmarks", "cmake", "src", "tests"]
    process.run([program("gersemi"), "--check", *cmake], cwd=paths.PROJECT)
    ours = [
        *paths.PROJECT.glob("benchmarks/**/*.cpp"),
        *paths.PROJECT.glob("benchmarks/**/*.h"),
        *paths.PROJECT.glob("tests/**/*.cpp"),
        *paths.PROJECT.glob("tests/**/*.h"),
        *paths.PROJECT.glob("src/**/*.cpp"),
        *paths.PROJECT.glob("src/**/*.h"),
        *RECIPES.glob("*/all/*.h"),
    ]
    process.run([program("clang-format"), "--dry-run", "--Werror", *sorted(ours)])


def _types(_: Path) -> None:
    process.run([sys.executable, "-m", "mypy"], cwd=paths.PROJECT)


def _pytest(*words: str, env: Mapping[str, str] | None = None) -> None:
    command = [sys.executable, "-m", "pytest", *words]
    process.run(command, cwd=paths.PROJECT, env={"PYTHONPATH": paths.IMPORTS, **(env or {})})


def _extension(build: Path) -> dict[str, str]:
    return {"MPBITCOIN_EXTENSION": str(build / "python" / "mpbitcoin")}


def _unit(_: Path) -> None:
    _pytest("tests/unit", "-q", "-n", str(machine.cores()))


def _build(build: Path) -> None:
    from mpbitcoin_project import steps

    steps.build([], build, CONFIGURATION)


def _native(build: Path) -> None:
    from mpbitcoin_project import steps

    steps.build([], build, CONFIGURATION, ["ipc_tests"])
    process.run([program("ctest"), "--test-dir", build, "-L", "ipc", "--output-on-failure"])


def _integration(build: Path) -> None:
    words = ("tests/integration", "-q", "-m", "integration", "--durations=10")
    _pytest(*words, env=_extension(build))


def _core(_: Path) -> None:
    _pytest("tests/integration/test_core.py", "-q", "--durations=2")


def _processes(build: Path) -> None:
    _pytest("tests/processes", "-q", f"--executables={build / 'bin'}", "--durations=5")


def _ipc(build: Path) -> None:
    words = ("tests/ipc", "-q", f"--node={build / 'bin' / 'bitcoin-node'}")
    _pytest(*words, env=_extension(build))


def _stress(build: Path) -> None:
    words = ("tests/ipc/test_stress.py", "-q", "-s", "--rounds=100")
    _pytest(*words, f"--node={build / 'bin' / 'bitcoin-node'}", env=_extension(build))


def _releases(build: Path) -> None:
    from mpbitcoin.ipc import native
    from mpbitcoin_depends.options import of_user
    from mpbitcoin_depends.sources import SourceStore
    from mpbitcoin_depends.sources.tree import tree
    from mpbitcoin_project import steps

    _pytest("tests/integration/test_lines.py", "-q")
    steps.build([], build, CONFIGURATION, ["_ipc", "ipc_schemas"])
    for release in native.RELEASES[1:]:
        source = tree(SourceStore.of(of_user()), release, print)
        folder = paths.PROJECT / f"build-{release}"
        steps.build([], folder, [f"BITCOIN_SOURCE_DIR={source}"], ["bitcoin-node", "bitcoin-cli"])
        node = folder / "bin" / "bitcoin-node"
        words = ("tests/ipc", "-q", f"--release={release}", f"--node={node}")
        _pytest(*words, env=_extension(build))


def _functional(build: Path) -> None:
    words = ["functional", "--variant=split", "--no-build", "--no-extended", "--retry"]
    process.run(
        [sys.executable, "-m", "mpbitcoin_project", *words, f"--build-folder={build}"],
        env={"PYTHONPATH": paths.IMPORTS},
    )


def _wheel(_: Path) -> None:
    _pytest("tests/wheel", "-q", "-m", "integration")


def _fresh(_: Path) -> None:
    _pytest("tests/fresh", "-q", "-s", "-m", "integration")


def _sanitized(module: str) -> None:
    path = f"{paths.IMPORTS}:{paths.PROJECT}"
    command = [sys.executable, "-m", f"tests.sanitizers.{module}"]
    process.run(command, cwd=paths.PROJECT, env={"PYTHONPATH": path})


def _fuzz(_: Path) -> None:
    _sanitized("fuzz")


def _races(_: Path) -> None:
    _sanitized("races")


def _locks(_: Path) -> None:
    _sanitized("locks")


@dataclass(frozen=True)
class Stage:
    """A part of the tests: its function, and its approximate time on two cores with warm caches.

    A stage that runs only when it is `named` takes long, or builds what no other stage needs.
    """

    run: Callable[[Path], None]
    takes: str
    named: bool = False


STAGES = {
    "style": Stage(_style, "5 s"),
    "types": Stage(_types, "30 s"),
    "unit": Stage(_unit, "30 s"),
    "build": Stage(_build, "15 min from nothing, seconds when built"),
    "native": Stage(_native, "1 min, 10 min from nothing"),
    "integration": Stage(_integration, "10 min, 25 min from nothing"),
    "processes": Stage(_processes, "6 min"),
    "ipc": Stage(_ipc, "1 min"),
    "functional": Stage(_functional, "15 min"),
    "core": Stage(_core, "30 min from nothing", named=True),
    "wheel": Stage(_wheel, "30 min, mostly compiling again", named=True),
    "fresh": Stage(_fresh, "3 hours: everything from nothing, twice", named=True),
    "releases": Stage(_releases, "3 min, 30 min from nothing", named=True),
    "stress": Stage(_stress, "2 min", named=True),
    "fuzz": Stage(_fuzz, "6 min, 30 min from nothing; needs Clang", named=True),
    "races": Stage(_races, "2 min, 10 min from nothing; needs Clang", named=True),
    "locks": Stage(_locks, "6 min; needs Clang", named=True),
}
#: Stages that run by default.
DEFAULT = tuple(name for name, stage in STAGES.items() if not stage.named)
#: Stages that run only when they are named.
NAMED = tuple(name for name, stage in STAGES.items() if stage.named)


def _require_tools(stages: Sequence[str]) -> None:
    """Raise MachineError when programs that these stages need are missing."""
    absent = tools.missing(tools.for_stages(stages))
    if absent:
        names = ", ".join(tool.name for tool in absent)
        raise MachineError(f"the tests need {names}", tools.install_command(*absent))


def run(names: Sequence[str], build: Path) -> int:
    """Run the named stages, by default all but NAMED. Raises RunError at the first failure."""
    for name in names:
        if name not in STAGES:
            raise UsageError(f"unknown stage {name}", f"choose one of {', '.join(STAGES)}")
    if importlib.util.find_spec("pytest") is None:
        raise UsageError("this environment has no test tools", "run `make check`")
    chosen = [name for name in STAGES if name in (names or DEFAULT)]
    _require_tools(chosen)
    print("Stages to run (you can interrupt them and run them again):")
    for name in chosen:
        print(f"  {name:<12} about {STAGES[name].takes}")
    for name in chosen:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        try:
            STAGES[name].run(build)
        except process.CommandFailed as error:
            raise RunError(
                f"{name} failed (status {error.status})", f"run it again: make check STAGES={name}"
            ) from error
        print(f"== {name} passed in {human_time(time.monotonic() - started)}", flush=True)
    print(f"{len(chosen)} stages passed")
    return 0
