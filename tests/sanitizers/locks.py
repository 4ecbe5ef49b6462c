"""Checks the locks of our code with Clang's thread-safety analysis: see README.md.

PYTHONPATH=src:depends/src:. python -m tests.sanitizers.locks [<word>...]

Arguments select sources by their path; without arguments, it checks all.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mpbitcoin_depends import machine
from mpbitcoin_depends.errors import BuildError, DependsError
from mpbitcoin_depends.process import program
from mpbitcoin_project import paths
from tests.sanitizers.sanitized import ORDINARY_BUILD, clang, ordinary_build

SOURCES = paths.PROJECT / "src"
WARNINGS = ("-Wthread-safety", "-Wthread-safety-beta", "-Werror")
#: What a source's meaning depends on; all else is for another compiler.
ATTACHED = ("-I", "-D", "-U", "-std=", "-isystem", "-include")


def _flags(command: str) -> Iterator[str]:
    """The parts of a compiler's command line that Clang needs."""
    words = iter(shlex.split(command))
    for word in words:
        if word in ATTACHED:
            yield word
            yield next(words)
        elif word.startswith(ATTACHED):
            yield word


def commands(build: Path, chosen: Sequence[str]) -> list[list[str]]:
    """How Clang checks each of our sources, with the flags of a build folder."""
    ordinary_build(build)
    listing = [program("ninja"), "-C", str(build), "-t", "compdb"]
    entries = json.loads(subprocess.run(listing, check=True, capture_output=True).stdout)
    compiler = clang()[1]
    checks: dict[Path, list[str]] = {}
    for entry in entries:
        source = Path(entry["directory"], entry["file"]).resolve()
        name = str(source.relative_to(SOURCES)) if source.is_relative_to(SOURCES) else ""
        if name.endswith(".cpp") and (not chosen or any(word in name for word in chosen)):
            flags = _flags(entry["command"])
            checks[source] = [compiler, "-fsyntax-only", *flags, *WARNINGS, str(source)]
    return [checks[source] for source in sorted(checks)]


def _run(check: Sequence[str]) -> str:
    done = subprocess.run(check, cwd=ORDINARY_BUILD, stderr=subprocess.PIPE, text=True, check=False)
    return done.stderr if done.returncode else ""


def main(chosen: Sequence[str]) -> None:
    """Check the sources. Raises BuildError when there are findings."""
    checks = commands(ORDINARY_BUILD, chosen)
    with ThreadPoolExecutor(machine.cores()) as pool:
        findings = [text for text in pool.map(_run, checks) if text]
    for text in findings:
        print(text, end="")
    if findings:
        raise BuildError(f"Clang has findings in {len(findings)} of {len(checks)} sources")
    print(f"Clang has no findings in {len(checks)} sources.")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except DependsError as error:
        sys.exit(f"error: {error.message}\n  hint: {error.hint}")
