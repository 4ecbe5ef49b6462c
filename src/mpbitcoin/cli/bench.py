"""Measure against upstream's own flow, side by side in one run; prints ratios.

Words after the name go to the benchmark: `mpbitcoin bench depends_vs_upstream --help`.
"""

from __future__ import annotations

import argparse
import sys

from mpbitcoin import paths, process
from mpbitcoin.errors import UsageError

SUMMARY = "measure against upstream's own flow, side by side"
_FOLDER = paths.PROJECT / "benchmarks"


def known() -> tuple[str, ...]:
    """The benchmarks: the scripts of the folder that can be run; others are parts of them."""
    scripts = sorted(_FOLDER.glob("*.py"))
    return tuple(path.stem for path in scripts if "__main__" in path.read_text())


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("name", nargs="?", help=f"one of {', '.join(known())}; all by default")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="words for the benchmark")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    if args.name and args.name not in known():
        raise UsageError(f"no benchmark {args.name}", f"there are {', '.join(known())}")
    for name in [args.name] if args.name else known():
        command = [sys.executable, _FOLDER / f"{name}.py", *args.words]
        process.run(command, env={"PYTHONPATH": str(paths.PACKAGE.parent)})
    return 0
