"""Compare with upstream's own build and client, side by side in one run, and print the ratios.

Arguments after the name go to the benchmark: `mpbitcoin bench depends_vs_upstream --help`.
"""

from __future__ import annotations

import argparse
import sys

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_project import paths

SUMMARY = "compare this project with upstream's own build and client"
_FOLDER = paths.PROJECT / "benchmarks"


def known() -> tuple[str, ...]:
    """The benchmarks: the folder's runnable scripts, without the modules that they import."""
    scripts = sorted(_FOLDER.glob("*.py"))
    return tuple(path.stem for path in scripts if "__main__" in path.read_text())


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("name", nargs="?", help=f"one of {', '.join(known())}; default: all")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="arguments for the benchmark")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    if args.name and args.name not in known():
        raise UsageError(f"unknown benchmark {args.name}", f"choose one of {', '.join(known())}")
    for name in [args.name] if args.name else known():
        command = [sys.executable, _FOLDER / f"{name}.py", *args.words]
        process.run(command, env={"PYTHONPATH": paths.IMPORTS})
    return 0
