"""Run Bitcoin Core's functional suite with monolithic bitcoind and with our processes.

Builds missing executables, runs each test that has no result for them yet, and fails when a
test passes with the monolith but not with bitcoin-node and bitcoin-wallet. An interrupted run
continues where it stopped. TEST selects tests: wallet_basic, "p2p_*".
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mpbitcoin.arguments import positive
from mpbitcoin.errors import RunError
from mpbitcoin_depends import arguments, machine
from mpbitcoin_depends.files import human_time
from mpbitcoin_project import paths
from mpbitcoin_project.cli import interrupt_on_signals

if TYPE_CHECKING:
    from mpbitcoin_project.functional.suite import Results, Suite, Variant

SUMMARY = "run Bitcoin Core's functional suite with the monolith and with our processes"
_PAGE = paths.PROJECT / "docs" / "functional-tests.md"
_AGAIN = ("failed", "skipped", "all")


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    from mpbitcoin_project.functional.suite import MOST_JOBS

    add = parser.add_argument
    add("test", nargs="*", metavar="TEST", help="run only these tests; * matches any letters")
    add("-B", "--build-folder", type=Path, default=paths.PROJECT / "build-functional",
        help="[build-functional]")  # fmt: skip
    add("--no-extended", action="store_true",
        help="leave out the three longest tests, as the suite's own runner does")  # fmt: skip
    add("--no-build", action="store_true", help="use the executables as they are")
    add("--variant", choices=("monolith", "split", "both"), default="both",
        help="bitcoind, our processes, or both [both]")  # fmt: skip
    add("-j", "--jobs", type=arguments.whole(1, MOST_JOBS), default=2 * machine.cores(),
        metavar="N", help="number of tests that run in parallel [%(default)s]")  # fmt: skip
    add("--again", action="append", default=[], metavar="WHAT",
        help="run these tests again: failed, skipped, all, or a test's name")  # fmt: skip
    add("--retry", action="store_true", help="run a failed test once more, alone")
    add("--timeout", type=positive("minutes"), default=90, metavar="MINUTES",
        help="stop a test after this time [%(default)s]")  # fmt: skip
    add("--list", action="store_true", help="only list the tests with their results")
    add("--json", action="store_true", help="print the results as JSON")
    add(
        "--table",
        action="store_true",
        help=f"write {_PAGE.relative_to(paths.PROJECT)} when no result is missing",
    )


def _forget(results: Results, tests: Sequence[str], words: Sequence[str]) -> Results:
    """The results without those of tests that run again."""
    from mpbitcoin_project.functional import suite

    named = set(suite.chosen(tests, [word for word in words if word not in _AGAIN]))
    return {
        place: result
        for place, result in results.items()
        if "all" not in words and result.status not in words and result.test not in named
    }


def _print(results: Results, tests: Sequence[str], variants: Sequence[Variant]) -> None:
    for test in tests:
        told = []
        for variant in variants:
            result = results.get((test, variant.name))
            state = f"{result.status} {human_time(result.seconds)}" if result else "no result"
            told.append(f"{variant.name} {state:<14}")
        print(f"{test:<60} {' '.join(told)}".rstrip())


def _build(suite: Suite) -> None:
    from mpbitcoin_project import steps

    # Two of the tests need the benchmarks, and bitcoin-chainstate with its library.
    wanted = ["BUILD_MONOLITH", "WITH_WALLET_PROCESS"]
    wanted += ["BUILD_BENCH", "BUILD_UTIL_CHAINSTATE", "BUILD_KERNEL_LIB"]
    steps.build(suite.build, [f"{option}=ON" for option in wanted])


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends.files import write_text
    from mpbitcoin_depends.locks import lock
    from mpbitcoin_depends.progress import Progress
    from mpbitcoin_project.functional import runner, table
    from mpbitcoin_project.functional.suite import VARIANTS, Suite, chosen

    suite = Suite(args.build_folder.resolve())
    variants = [v for v in VARIANTS.values() if args.variant in (v.name, "both")]
    if not (args.no_build or args.list):
        _build(suite)
    every = suite.tests(extended=not args.no_extended)
    tests = chosen(every, args.test) if args.test else every
    progress = Progress()
    if not args.list:
        interrupt_on_signals()  # the tests must not outlive us
        with lock(suite.folder / "lock", waiting=progress.line):
            have = _forget(suite.results(tests, variants), tests, args.again)
            try:
                run = runner.Runner(suite, args.jobs, args.timeout * 60, progress, args.retry)
                for variant in variants:
                    run.run(variant, [t for t in tests if (t, variant.name) not in have])
            finally:
                progress.close()
    results = suite.results(every, VARIANTS.values())
    shown = [results[t, v.name] for v in variants for t in tests if (t, v.name) in results]
    if args.json:
        print(json.dumps([asdict(result) for result in shown], indent=1))
    elif args.list:
        _print(results, tests, variants)
    if args.list:
        return 0
    print("\n".join(table.summary(results, tests, variants)), file=sys.stderr)
    if args.table and all((t, v) in results for t in every for v in VARIANTS):
        write_text(_PAGE, table.markdown(suite, results, every, args.jobs))
    elif args.table:
        print(f"did not write {_PAGE.name}: results are missing", file=sys.stderr)
    if worse := table.worse(results, tests):
        raise RunError(
            f"{len(worse)} tests pass with the monolith only: {', '.join(worse)}",
            "run them again with `mpbitcoin functional --again failed`",
        )
    return 0
