"""Prints the steps of a build and their estimated times in advance."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from mpbitcoin_depends import machine, platforms, toolset
from mpbitcoin_depends.files import human_time
from mpbitcoin_depends.pipeline import Workplace
from mpbitcoin_project import paths, steps

#: Seconds of one core on a machine of 2024 with empty caches.
_PACKAGES_COST = 340
_EXECUTABLES_COST = 1300


def announce(build_folder: Path, then: Sequence[str]) -> None:
    """Print the coming steps with their estimated times on this machine."""
    options = steps.options_of()
    place = Workplace.of(options)
    host, _ = toolset.detect(options, place.machine)
    prefix = paths.DEPENDS / platforms.find(host.platform.triplet).triplet
    cores = machine.compile_jobs()
    lines = []
    if not (prefix / "toolchain.cmake").is_file():
        packages = place.base / "conan" / "p"
        note = "less with cached packages" if packages.is_dir() else "nothing is cached yet"
        lines.append(f"packages for {host.platform.triplet}: {_about(_PACKAGES_COST, cores, note)}")
    if not (build_folder / "bin" / "bitcoin-node").exists():
        note = "less with a filled compile cache"
        lines.append(f"Bitcoin Core's executables: {_about(_EXECUTABLES_COST, cores, note)}")
    lines += then
    print("Steps to run (you can interrupt them and run them again):", file=sys.stderr)
    for number, line in enumerate(lines, 1):
        print(f"  {number}. {line}", file=sys.stderr)


def _about(cost: int, cores: int, note: str) -> str:
    return f"about {human_time(max(60, cost // cores))} with {cores} cores; {note}"
