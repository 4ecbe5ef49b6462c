"""Configure and build the executables with CMake, with progress and a log."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from mpbitcoin_depends import machine, records, stamp
from mpbitcoin_depends.errors import BuildError, UsageError
from mpbitcoin_depends.files import human_time, write_text
from mpbitcoin_depends.following import follow, tail
from mpbitcoin_depends.jobserver import JobServer
from mpbitcoin_depends.process import program
from mpbitcoin_depends.progress import Progress
from mpbitcoin_project import paths

EXECUTABLES = (
    "bitcoin-node",
    "bitcoin-wallet",
    "bitcoin-cli",
    "bitcoin",
    "bitcoin-tx",
    "bitcoin-util",
)
#: Children must not use descriptors that a parent make names in MAKEFLAGS.
_NO_SERVER: Mapping[str, str | None] = {"MAKEFLAGS": None}

#: A line in which CMake, Ninja, make, a compiler or a linker reports an error.
_REPORT = re.compile(
    r"^CMake Error|^FAILED: |\berror: |^make.*\*\*\* |undefined reference", re.IGNORECASE
)


def _setting(text: str) -> tuple[str, str]:
    """Name (with its type, if given) and value of NAME=VALUE. Raises UsageError."""
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise UsageError(f"-D{text}: not NAME=VALUE")
    return name, value


@dataclass(frozen=True)
class _Configured:
    """Our last configuration of a build folder: the prefix's key and CMake's settings."""

    prefix: str = ""
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Project:
    """A build folder and its toolchain."""

    folder: Path
    toolchain: Path

    @property
    def bin(self) -> Path:
        """Folder of the executables."""
        return self.folder / "bin"

    @property
    def log(self) -> Path:
        """Log with the output of CMake and the compilers."""
        return self.folder / "mpbitcoin-build.log"

    @property
    def tree(self) -> Path | None:
        """The Bitcoin Core tree it was configured with; None when it was not."""
        found = self._cached("BitcoinCore_SOURCE_DIR")
        return Path(found) if found else None

    @property
    def _note(self) -> Path:
        """Record of our last configuration of the folder."""
        return self.folder / ".mpbitcoin-configured.json"

    def _noted(self) -> _Configured:
        return records.restore(_Configured, records.read(self._note)) or _Configured()

    def is_configured(self, defines: Sequence[str] = ()) -> bool:
        """Whether CMake has configured the folder for the current prefix and these settings."""
        ready = any((self.folder / name).is_file() for name in ("build.ninja", "Makefile"))
        noted = self._noted()
        if not ready or not noted.prefix or noted.prefix != stamp.key_of(self.toolchain.parent):
            return False
        return all(
            noted.settings.get(name) == value == self._cached(name)
            for name, value in map(_setting, defines)
        )

    def _cached(self, name: str) -> str:
        cache = self.folder / "CMakeCache.txt"
        if not cache.is_file():
            return ""
        bare = re.escape(name.partition(":")[0])
        match = re.search(rf"^{bare}:\w+=(.*)$", cache.read_text(errors="replace"), re.MULTILINE)
        return match.group(1) if match else ""

    def _expect_unmoved(self) -> None:
        """CMake's folders hold absolute paths. Raises UsageError when it or the checkout moved."""
        for name, now in (("HOME_DIRECTORY", paths.PROJECT), ("CACHEFILE_DIR", self.folder)):
            before = self._cached(f"CMAKE_{name}")
            if before and not (os.path.exists(before) and os.path.samefile(before, now)):
                raise UsageError(
                    f"{self.folder} was configured at another path, {before}",
                    f"remove it, then run again: {shlex.join(['rm', '-rf', str(self.folder)])}",
                )

    def configure(self, progress: Progress, defines: Sequence[str] = ()) -> None:
        """Run CMake with these NAME=VALUE settings and those of earlier runs.

        A folder keeps its generator; a new folder gets Ninja. If the prefix has changed, CMake
        starts with a fresh cache. Raises BuildError with the end of the log.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        noted = self._noted()
        settings = {**noted.settings, **dict(_setting(text) for text in defines)}
        prefix = stamp.key_of(self.toolchain.parent)
        generator = self._cached("CMAKE_GENERATOR")
        if settings.get("WITH_PYTHON", "OFF").upper() in {"ON", "1", "TRUE", "YES"}:
            # Build the extension for the Python that runs us: its environment has nanobind.
            settings.setdefault("Python_EXECUTABLE", sys.executable)
        command = [
            program("cmake"),
            f"-S{paths.PROJECT}",
            f"-B{self.folder}",
            f"--toolchain={self.toolchain}",
            *(f"-D{name}={value}" for name, value in settings.items()),
        ]
        if noted.prefix and noted.prefix != prefix:
            command += ["--fresh", f"-G{generator}"] if generator else ["--fresh"]
        if not generator:
            command.append("-GNinja")
        if generator in ("", "Ninja"):
            command.append(f"-DCMAKE_MAKE_PROGRAM={program('ninja')}")
        self._step("configuring", command, progress, env=_NO_SERVER)
        write_text(self._note, json.dumps(asdict(_Configured(prefix, settings))))

    def build(self, progress: Progress, jobs: int = 0, targets: Sequence[str] = ()) -> None:
        """Build the targets, by default all, with `jobs` parallel jobs.

        0: as many as the parent make allows, else as many as the machine can run. Raises
        BuildError with the end of the log.
        """
        command = [program("cmake"), "--build", str(self.folder)]
        for target in targets:
            command += ["--target", target]
        with JobServer.of(jobs) as server:
            env = dict(_NO_SERVER)
            if server.is_borrowed and self._cached("CMAKE_MAKE_PROGRAM") == program("ninja"):
                env["MAKEFLAGS"] = server.makeflags
                server.take()  # Ninja always uses one job
            else:
                command.append(f"--parallel={jobs or machine.compile_jobs()}")

            def tick() -> None:
                server.balance(time.monotonic())

            self._step("building", command, progress, env=env, append=True, tick=tick)

    def _step(
        self,
        what: str,
        command: list[str],
        progress: Progress,
        *,
        env: Mapping[str, str | None],
        append: bool = False,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        self._expect_unmoved()
        started = progress.now()
        progress.line(f"{what} in {self.folder}")
        ended = follow(what, command, self.log, progress, append=append, env=env, tick=tick)
        if ended.status != 0:
            raise self._failure(what, command, ended.offset)
        progress.line(f"{what} done in {human_time(progress.now() - started)}")

    def _failure(self, what: str, command: list[str], offset: int) -> BuildError:
        lines = tail(self.log, 200_000, offset).decode(errors="replace").splitlines()
        marks = [n for n, line in enumerate(lines) if _REPORT.search(line)]
        start = max(0, marks[0] - 2) if marks else max(0, len(lines) - 25)
        shown = "\n".join(f"    {line}" for line in lines[start : start + 25])
        return BuildError(
            f"{what} failed:\n{shown}\n  log: {self.log}",
            f"run it again: {shlex.join(command)}",
        )
