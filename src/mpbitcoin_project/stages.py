"""The stages of the project's tests: what each runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mpbitcoin_depends import machine
from mpbitcoin_depends.paths import RECIPES
from mpbitcoin_depends.process import Arg, program
from mpbitcoin_project import paths

#: How the stages' one build folder is configured. One test of the functional suite, of the wrapper,
#: wants bitcoind.
CONFIGURATION = ("WITH_PYTHON=ON", "WITH_IPC_TESTS=ON", "BUILD_MONOLITH=ON")


@dataclass(frozen=True)
class Command:
    """A program to run in the project's folder, with these changes of its environment."""

    words: Sequence[Arg]
    env: Mapping[str, str] = field(default_factory=dict)


def _style(_: Path) -> Iterator[Command]:
    yield Command([program("ruff"), "check", "."])
    yield Command([program("ruff"), "format", "--check", "."])
    cmake = ["CMakeLists.txt", "benchmarks", "cmake", "src", "tests"]
    yield Command([program("gersemi"), "--check", *cmake])
    ours = [
        *paths.PROJECT.glob("benchmarks/**/*.cpp"),
        *paths.PROJECT.glob("benchmarks/**/*.h"),
        *paths.PROJECT.glob("tests/**/*.cpp"),
        *paths.PROJECT.glob("tests/**/*.h"),
        *paths.PROJECT.glob("src/**/*.cpp"),
        *paths.PROJECT.glob("src/**/*.h"),
        *RECIPES.glob("*/all/*.h"),
    ]
    yield Command([program("clang-format"), "--dry-run", "--Werror", *sorted(ours)])


def _types(_: Path) -> Iterator[Command]:
    yield Command([sys.executable, "-m", "mypy"])


def _pytest(*words: str, env: Mapping[str, str] | None = None) -> Command:
    command = [sys.executable, "-m", "pytest", *words]
    return Command(command, {"PYTHONPATH": paths.IMPORTS, **(env or {})})


def _extension(build: Path) -> dict[str, str]:
    return {"MPBITCOIN_EXTENSION": str(build / "python" / "mpbitcoin")}


def _unit(_: Path) -> Iterator[Command]:
    yield _pytest("tests/unit", "-q", "-n", str(machine.cores()))


def _build(build: Path) -> Iterator[Command]:
    from mpbitcoin_project import steps

    steps.build(build, CONFIGURATION)
    yield from ()


def _native(build: Path) -> Iterator[Command]:
    from mpbitcoin_project import steps

    steps.build(build, CONFIGURATION, ["ipc_tests"])
    yield Command([program("ctest"), "--test-dir", build, "-L", "ipc", "--output-on-failure"])


def _integration(build: Path) -> Iterator[Command]:
    words = ("tests/integration", "-q", "-m", "integration", "--durations=10")
    # Tests of a file share what they build.
    yield _pytest(*words, "-n", "2", "--dist=loadfile", env=_extension(build))


def _core(_: Path) -> Iterator[Command]:
    yield _pytest("tests/integration/test_core.py", "-q", "--durations=2")


def _processes(build: Path) -> Iterator[Command]:
    words = ("tests/processes", "-q", f"--executables={build / 'bin'}", "--durations=5")
    # These tests mostly wait.
    yield _pytest(*words, "-n", "2")


def _ipc(build: Path) -> Iterator[Command]:
    words = ("tests/ipc", "-q", f"--node={build / 'bin' / 'bitcoin-node'}")
    yield _pytest(*words, env=_extension(build))


def _stress(build: Path) -> Iterator[Command]:
    words = ("tests/ipc/test_stress.py", "-q", "-s", "--rounds=100")
    yield _pytest(*words, f"--node={build / 'bin' / 'bitcoin-node'}", env=_extension(build))


def _releases(build: Path) -> Iterator[Command]:
    from mpbitcoin.ipc import native
    from mpbitcoin_depends.settings import of_user
    from mpbitcoin_depends.sources import SourceStore
    from mpbitcoin_depends.sources.tree import tree
    from mpbitcoin_project import steps

    yield _pytest("tests/integration/test_libmultiprocess_releases.py", "-q")
    steps.build(build, CONFIGURATION, ["_ipc", "ipc_schemas"])
    for release in native.RELEASES[1:]:
        source = tree(SourceStore.of(of_user()), release, print)
        folder = paths.PROJECT / f"build-{release}"
        steps.build(folder, [f"BITCOIN_SOURCE_DIR={source}"], ["bitcoin-node", "bitcoin-cli"])
        node = folder / "bin" / "bitcoin-node"
        words = ("tests/ipc", "-q", f"--release={release}", f"--node={node}")
        yield _pytest(*words, env=_extension(build))


def _functional(build: Path) -> Iterator[Command]:
    words = ["functional", "--variant=split", "--no-build", "--no-extended", "--retry"]
    command = [sys.executable, "-m", "mpbitcoin_project", *words, f"--build-folder={build}"]
    yield Command(command, {"PYTHONPATH": paths.IMPORTS})


def _wheel(_: Path) -> Iterator[Command]:
    yield _pytest("tests/wheel", "-q", "-m", "integration")


def _fresh(_: Path) -> Iterator[Command]:
    yield _pytest("tests/fresh", "-q", "-s", "-m", "integration")


def _sanitized(module: str) -> Command:
    path = f"{paths.IMPORTS}:{paths.PROJECT}"
    return Command([sys.executable, "-m", f"tests.sanitizers.{module}"], {"PYTHONPATH": path})


def _fuzz(_: Path) -> Iterator[Command]:
    yield _sanitized("fuzz")


def _races(_: Path) -> Iterator[Command]:
    yield _sanitized("races")
    yield _pytest("tests/integration/test_libmultiprocess.py", "-q", "-m", "races")


def _locks(_: Path) -> Iterator[Command]:
    yield _sanitized("locks")


@dataclass(frozen=True)
class Stage:
    """A part of the tests.

    `commands` yields its commands for a build folder and may work in between; `takes` is its
    approximate time on two cores with warm caches. A stage that runs only when it is `named` takes
    long, or builds what no other stage needs. Stages that only use what is built run `together`.
    """

    commands: Callable[[Path], Iterator[Command]]
    takes: str
    named: bool = False
    together: bool = False


STAGES = {
    "style": Stage(_style, "5 s"),
    "types": Stage(_types, "30 s"),
    "unit": Stage(_unit, "1 min"),
    "build": Stage(_build, "15 min from nothing, seconds when built"),
    "native": Stage(_native, "1 min, 10 min from nothing"),
    "integration": Stage(_integration, "10 min, 25 min from nothing", together=True),
    "processes": Stage(_processes, "10 min", together=True),
    "ipc": Stage(_ipc, "3 min", together=True),
    "functional": Stage(_functional, "13 min", together=True),
    "core": Stage(_core, "30 min from nothing", named=True),
    "wheel": Stage(_wheel, "30 min, mostly compiling again", named=True),
    "fresh": Stage(_fresh, "2 hours: everything from nothing, twice", named=True),
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
