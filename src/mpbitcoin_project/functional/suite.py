"""The suite: its tests, the executables it runs with, and the results so far."""

from __future__ import annotations

import fnmatch
import functools
import hashlib
import json
import os
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from mpbitcoin.errors import RunError
from mpbitcoin_depends import process, records
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.files import write_text

PASSED, SKIPPED, FAILED = "passed", "skipped", "failed"
#: Number of port ranges of the suite; more parallel tests would share ports.
MOST_JOBS = 400

_TOOLS = ("bitcoin-cli", "bitcoin-tx", "bitcoin-util")
#: Variables that would point the suite to other executables.
_OVERRIDES = (
    "BITCOIN_BIN",
    "BITCOIN_BENCH",
    "BITCOIN_CMD",
    "BITCOINCHAINSTATE",
    "BITCOINCLI",
    "BITCOINTX",
    "BITCOINUTIL",
    "BITCOINWALLET",
)
#: Parts of the names of tests that start bitcoin-node or bitcoin-wallet with either variant.
_NAMES_PROCESSES = re.compile(r"ipcbind|bitcoin_bin|wallet_argv")
_LIST = "import json, sys; sys.path.insert(0, sys.argv[1]); import test_runner; "
_LIST += "print(json.dumps([test_runner.ALL_SCRIPTS, test_runner.EXTENDED_SCRIPTS]))"


@dataclass(frozen=True)
class Variant:
    """A way to run the suite: the program that is its node, and what follows from it."""

    name: str
    node: str
    executables: tuple[str, ...]


MONOLITH = Variant("monolith", "bitcoind", ("bitcoind", *_TOOLS))
SPLIT = Variant("split", "bitcoin-node", ("bitcoin-node", "bitcoin-wallet", "bitcoin", *_TOOLS))
VARIANTS = {variant.name: variant for variant in (MONOLITH, SPLIT)}


@dataclass(frozen=True)
class Result:
    """A test's result. `key` identifies the executables; a failed test keeps its `folder`."""

    test: str
    variant: str
    status: str
    seconds: float
    reason: str
    key: str
    folder: str = ""


#: Results by test and variant.
Results = dict[tuple[str, str], Result]


@functools.cache
def _digest_of(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as stream:
        digest = hashlib.sha256()
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _digest(path: Path) -> str:
    """The sha256 of a file; reads it again only when its size or time has changed."""
    try:
        state = path.stat()
        return _digest_of(path, state.st_size, state.st_mtime_ns)
    except FileNotFoundError as error:
        command = _build_command(path.parent.parent)
        raise UsageError(f"no {path.name} in {path.parent}", f"build it: {command}") from error


def _build_command(folder: Path) -> str:
    """What builds this folder with the executables of both variants, for a shell."""
    return shlex.join(["mpbitcoin", "build", "-B", str(folder), "-D", "BUILD_MONOLITH=ON"])


def script_of(test: str) -> str:
    """A test's file, without its arguments."""
    return test.partition(" ")[0]


def slug(test: str) -> str:
    """A test's name with its arguments, usable as a file name."""
    return re.sub(r"[^\w-]", "", test.replace(".py", ""))


def chosen(tests: Sequence[str], patterns: Iterable[str]) -> tuple[str, ...]:
    """The tests that match the patterns, with or without `.py` and arguments.

    Raises UsageError when a pattern matches none.
    """
    found: set[str] = set()
    for pattern in patterns:
        named = {test for test in tests if _is_named(test, pattern)}
        if not named:
            raise UsageError(
                f"no test matches {pattern}", "list the tests with `mpbitcoin functional --list`"
            )
        found |= named
    return tuple(test for test in tests if test in found)


def _is_named(test: str, pattern: str) -> bool:
    script = script_of(test)
    names = (test, script, script.removesuffix(".py"))
    return any(fnmatch.fnmatchcase(name, pattern) for name in names)


@dataclass(frozen=True)
class Suite:
    """The functional tests of a build folder."""

    build: Path

    @property
    def folder(self) -> Path:
        """Folder of results and of the tests' data."""
        return self.build / "functional"

    @property
    def scripts(self) -> Path:
        """Folder of the tests."""
        return self.build / "test" / "functional"

    @property
    def config(self) -> Path:
        """The tests' configuration file, which describes the build."""
        return self.build / "test" / "config.ini"

    @property
    def bin(self) -> Path:
        """Folder of the executables."""
        return self.build / "bin"

    def place(self, variant: Variant, *names: str) -> Path:
        """A file or folder of a variant."""
        return self.folder.joinpath(variant.name, *names)

    def environment(self, variant: Variant) -> dict[str, str | None]:
        """Environment variables of the suite's own runner, and the node of `variant`."""
        return {
            **dict.fromkeys(_OVERRIDES),
            "BITCOIND": str(self.bin / variant.node),
            "PATH": os.pathsep.join([str(self.bin), os.environ.get("PATH", os.defpath)]),
            "PYTHON_GIL": "1",
            # The tests are links into a read-only tree.
            "PYTHONPYCACHEPREFIX": str(self.folder / "pycache"),
        }

    def tests(self, extended: bool = True) -> tuple[str, ...]:
        """All tests in the suite's order, with their arguments.

        Without `extended`, leave out the tests that the suite's own runner leaves out by default.

        Raises UsageError when the folder has no suite, RunError when it lists no tests.
        """
        if not self.config.is_file():
            raise UsageError(
                f"no functional tests in {self.build}", f"build it: {_build_command(self.build)}"
            )
        command = [sys.executable, "-c", _LIST, str(self.scripts)]
        try:
            env = self.environment(SPLIT)
            every, long = json.loads(process.capture(command, cwd=self.build, env=env))
            return tuple(test for test in every if extended or test not in long)
        except (process.CommandFailed, ValueError) as error:
            raise RunError(f"{self.scripts}/test_runner.py does not list its tests") from error

    def key(self, variant: Variant, test: str = "") -> str:
        """Hash over the executables that a test of `variant` starts, and over what is built.

        Raises UsageError when one is missing.
        """
        names = set(variant.executables)
        if test and self._names_processes(test):
            names |= set(SPLIT.executables)
        digest = hashlib.sha256(self.config.read_bytes())
        for name in sorted(names):
            digest.update(_digest(self.bin / name).encode())
        return digest.hexdigest()[:16]

    def _names_processes(self, test: str) -> bool:
        text = (self.scripts / script_of(test)).read_text(encoding="utf-8", errors="replace")
        return _NAMES_PROCESSES.search(text) is not None

    def results(self, tests: Iterable[str], variants: Iterable[Variant]) -> Results:
        """The stored results of the current executables."""
        found: Results = {}
        for variant in variants:
            for test in tests:
                result = records.restore(Result, records.read(self._file(variant, test)))
                try:
                    if result is not None and result.key == self.key(variant, test):
                        found[test, variant.name] = result
                except (OSError, UsageError):
                    continue  # an executable is missing
        return found

    def save(self, variant: Variant, result: Result) -> None:
        """Store a result atomically."""
        write_text(self._file(variant, result.test), json.dumps(asdict(result)) + "\n")

    def _file(self, variant: Variant, test: str) -> Path:
        return self.place(variant, "results", f"{slug(test)}.json")
