"""Makes and checks the source archive and the wheel."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import following, machine
from mpbitcoin_depends.errors import BuildError, UsageError
from mpbitcoin_depends.files import human_size, human_time
from mpbitcoin_depends.progress import Progress
from mpbitcoin_depends.sources.archive import extract
from mpbitcoin_depends.sources.model import Artefact
from mpbitcoin_depends.usertext import whole_number
from mpbitcoin_project import paths

#: Largest wheel, in bytes.
LIMIT = 25_000_000
#: 2026-01-01, in seconds since 1970.
_DATE = 1_767_225_600
_TOOLS = ("abi3audit", "auditwheel", "build", "scikit_build_core")


@dataclass(frozen=True)
class Distribution:
    """A finished file."""

    path: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> Distribution:
        """Path, size and hash of a file."""
        data = path.read_bytes()
        return cls(str(path), len(data), hashlib.sha256(data).hexdigest())


def make(
    output: Path, build: Path, settings: Sequence[str], jobs: int, progress: Progress
) -> tuple[Distribution, ...]:
    """Make the source archive and the wheel in the folder `output`.

    `build` is CMake's folder, kept for the next run; `settings` are the
    backend's, NAME=VALUE. Raises UsageError when the tools are missing, BuildError
    when a step or a check of the wheel fails.
    """
    missing = [name for name in _TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(
            f"this environment has no {', '.join(missing)}",
            "run `make wheel` or `./mpbitcoin wheel` in a checkout",
        )
    output.mkdir(parents=True, exist_ok=True)
    env = _environment(jobs)
    with tempfile.TemporaryDirectory(dir=output, prefix=".wheel-") as scratch:
        made = Path(scratch)
        command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel"]
        command += [f"-Cdepends.JOBS={jobs}"] if jobs else []
        command += [f"-Cbuild-dir={build}", *(f"-C{setting}" for setting in settings)]
        command += [f"--outdir={made}", str(paths.PROJECT)]
        _step("building", command, env, output / "wheel-build.log", progress)
        [wheel] = made.glob("*.whl")
        if not wheel.name.endswith("-any.whl"):
            wheel = _tagged(wheel, made / "tagged", env, output / "wheel-audit.log", progress)
        if (size := wheel.stat().st_size) > LIMIT:
            raise BuildError(
                f"{wheel.name} is too large: {human_size(size)}, limit {human_size(LIMIT)}"
            )
        [archive] = made.glob("*.tar.gz")
        finished = [file.replace(output / file.name) for file in (archive, wheel)]
    return tuple(Distribution.of(file) for file in finished)


def remake(
    archive: Path, folder: Path, settings: Sequence[str], jobs: int, progress: Progress
) -> tuple[Path, Path]:
    """Make the source archive and the wheel again from `archive`, unpacked in the new `folder`.

    Takes the settings of the first build. Its paths are longer than those of a checkout and unknown
    to compile caches: the result is identical only if no path has an effect. Raises BuildError when
    the build fails.
    """
    folder.mkdir(parents=True)
    extract(archive, Artefact(archive.name, "", "", (), ()), folder)
    root = folder / archive.name.removesuffix(".tar.gz")
    output = folder / "dist"
    command = [str(root / "mpbitcoin"), "wheel", f"--output={output}"]
    command += [f"--build-folder={root / 'some' / 'build'}"]
    command += [f"--jobs={jobs}"] if jobs else []
    command += [f"-C{setting}" for setting in settings]
    env = dict.fromkeys(("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS", "PYTHONPATH"))
    _step("building again from the source archive", command, env, folder / "build.log", progress)
    [made] = output.glob("*.tar.gz")
    [wheel] = output.glob("*.whl")
    return made, wheel


def make_build_tool(output: Path, progress: Progress) -> tuple[Path, Path]:
    """Make the source archive and the wheel of the build tool, pure Python, in the folder `output`.

    Builds the wheel again from the archive. Raises BuildError when a build fails or they differ.
    """
    archive, wheel = _pure(paths.DEPENDS, output / "first", progress)
    folder = output / "second"
    folder.mkdir()
    extract(archive, Artefact(archive.name, "", "", (), ()), folder)
    _, again = _pure(folder / archive.name.removesuffix(".tar.gz"), folder / "dist", progress)
    require_identical(wheel, again)
    return archive, wheel


def _pure(source: Path, output: Path, progress: Progress) -> tuple[Path, Path]:
    """The source archive and the wheel of the pure-Python distribution in `source`."""
    output.mkdir(parents=True)
    command = [sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel"]
    command += [f"--outdir={output}", str(source)]
    _step(f"building {source.name}", command, _environment(0), output / "build.log", progress)
    [archive] = output.glob("*.tar.gz")
    [wheel] = output.glob("*.whl")
    return archive, wheel


def require_identical(wheel: Path, again: Path) -> None:
    """Raise BuildError when two builds of a wheel differ."""
    if wheel.read_bytes() != again.read_bytes():
        raise BuildError(
            f"{wheel.name} is not reproducible: a second build differs",
            "compare both with diffoscope; run `make check STAGES=wheel`",
        )


def _environment(jobs: int) -> dict[str, str | None]:
    folder = str(Path(sys.executable).parent)
    return {
        "CMAKE_BUILD_PARALLEL_LEVEL": str(jobs or machine.compile_jobs()),
        "PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "SOURCE_DATE_EPOCH": _date(os.environ.get("SOURCE_DATE_EPOCH", "")),
    }


def _date(given: str) -> str:
    """The date of every file, in seconds since 1970. Raises UsageError."""
    try:
        return str(whole_number(given) if given else _DATE)
    except ValueError as error:
        raise UsageError(
            f"SOURCE_DATE_EPOCH={given}: {error}", "set it to seconds since 1970"
        ) from error


def _tagged(
    wheel: Path, folder: Path, env: dict[str, str | None], log: Path, progress: Progress
) -> Path:
    """The wheel with the tag of the oldest C library it runs with. Raises BuildError.

    auditwheel must not add libraries: all but the C and C++ runtime is linked in.
    """
    command = [sys.executable, "-m", "auditwheel", "repair", "-z9", f"-w{folder}", str(wheel)]
    _step("finding the platform tag", command, env, log, progress)
    [tagged] = folder.glob("*.whl")
    if match := re.search(r"^.*Grafting.*$", log.read_text(errors="replace"), re.MULTILINE):
        raise BuildError(f"{wheel.name} needs a library of this machine: {match[0]}")
    if "-abi3-" in tagged.name:
        command = [sys.executable, "-m", "abi3audit", "--strict", str(tagged)]
        _step("checking the stable interface", command, env, log, progress)
    return tagged


def _step(
    what: str,
    command: list[str],
    env: dict[str, str | None],
    log: Path,
    progress: Progress,
) -> None:
    started = progress.now()
    progress.line(f"{what}; log: {log}")
    append = what.startswith("checking")
    ended = following.follow(what, command, log, progress, append=append, env=env)
    if ended.status != 0:
        last = log.read_text(errors="replace").strip().splitlines()[-25:]
        shown = "\n".join(f"    {line}" for line in last)
        raise BuildError(
            f"{what} failed with status {ended.status}:\n{shown}", f"see the whole log: {log}"
        )
    progress.line(f"{what} done in {human_time(progress.now() - started)}")
