"""Configure and build the executables with CMake, with progress and a log."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin import machine, paths, process
from mpbitcoin.depends.profile import program
from mpbitcoin.depends.progress import Progress
from mpbitcoin.errors import BuildError
from mpbitcoin.files import human_time

EXECUTABLES = (
    "bitcoin-node",
    "bitcoin-wallet",
    "bitcoin-cli",
    "bitcoin",
    "bitcoin-tx",
    "bitcoin-util",
)
_NINJA = re.compile(rb"\[(\d+)/(\d+)\]")
_MAKE = re.compile(rb"\[ *(\d+)%\]")


@dataclass(frozen=True)
class Project:
    """A build folder and the toolchain it is configured with."""

    folder: Path
    toolchain: Path

    @property
    def bin(self) -> Path:
        """Folder of the executables."""
        return self.folder / "bin"

    @property
    def log(self) -> Path:
        """What CMake and the compilers said."""
        return self.folder / "mpbitcoin-build.log"

    def is_configured(self) -> bool:
        """Whether CMake has finished here with this toolchain."""
        ready = any((self.folder / name).is_file() for name in ("build.ninja", "Makefile"))
        return ready and str(self.toolchain) in self._cached("CMAKE_TOOLCHAIN_FILE")

    def _cached(self, name: str) -> str:
        cache = self.folder / "CMakeCache.txt"
        if not cache.is_file():
            return ""
        match = re.search(rf"^{name}:\w+=(.*)$", cache.read_text(errors="replace"), re.MULTILINE)
        return match.group(1) if match else ""

    def configure(self, progress: Progress, more: Sequence[str] = ()) -> None:
        """Run CMake; a folder that has a generator keeps it, a new one gets Ninja.

        Raises BuildError with the end of the log.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [
            program("cmake"),
            f"-S{paths.PROJECT}",
            f"-B{self.folder}",
            f"--toolchain={self.toolchain}",
            *more,
        ]
        if not self._cached("CMAKE_GENERATOR"):
            command += ["-GNinja", f"-DCMAKE_MAKE_PROGRAM={program('ninja')}"]
        self._step("configuring", command, progress, "wb")

    def build(self, progress: Progress, jobs: int = 0, targets: Sequence[str] = ()) -> None:
        """Build the targets, all by default. Raises BuildError with the end of the log."""
        count = jobs or machine.compile_jobs()
        command = [program("cmake"), "--build", str(self.folder), f"--parallel={count}"]
        for target in targets:
            command += ["--target", target]
        self._step("building", command, progress, "ab")

    def _step(self, what: str, command: list[str], progress: Progress, mode: str) -> None:
        started = progress.now()
        progress.line(f"{what} in {self.folder}")
        with self.log.open(mode) as stream:
            offset = stream.tell()
            running = process.spawn(command, output=stream)
            try:
                while running.poll() is None:
                    progress.status([f"{what} {self._last_step(offset)}"])
                    time.sleep(0.2)
            except BaseException:
                running.terminate()
                running.wait()
                raise
        if running.returncode != 0:
            raise self._failure(what, command, offset)
        progress.line(f"{what} done in {human_time(progress.now() - started)}")

    def _tail(self, offset: int, size: int) -> bytes:
        with self.log.open("rb") as stream:
            stream.seek(max(offset, self.log.stat().st_size - size))
            return stream.read()

    def _last_step(self, offset: int) -> str:
        tail = self._tail(offset, 4096)
        if steps := _NINJA.findall(tail):
            return b"/".join(steps[-1]).decode()
        if steps := _MAKE.findall(tail):
            return f"{steps[-1].decode()} %"
        return ""

    def _failure(self, what: str, command: list[str], offset: int) -> BuildError:
        lines = self._tail(offset, 200_000).decode(errors="replace").splitlines()
        marks = [n for n, line in enumerate(lines) if "error" in line.lower() or "FAILED" in line]
        start = max(0, marks[0] - 2) if marks else max(0, len(lines) - 25)
        shown = "\n".join(f"    {line}" for line in lines[start : start + 25])
        return BuildError(
            f"{what} failed:\n{shown}\n  log: {self.log}",
            f"to repeat: {' '.join(command)}",
        )
