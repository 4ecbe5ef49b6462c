"""Compares the two variants: differences, a summary, and the page docs/functional-tests.md."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence

from mpbitcoin_depends import machine, process
from mpbitcoin_depends.files import human_size, human_time
from mpbitcoin_project.functional.suite import (
    FAILED,
    MONOLITH,
    PASSED,
    SKIPPED,
    SPLIT,
    VARIANTS,
    Result,
    Results,
    Suite,
    Variant,
)

#: Tests that cannot pass when wallets have their own process, and why.
EXPECTED = {
    "interface_usdt_coinselection.py": "it traces the node's process, but its trace points are in "
    "`bitcoin-wallet`",
}

_INTRO = """\
# Functional tests

Bitcoin Core's functional suite, run twice by

```sh
make functional
```

once with monolithic `bitcoind`, once with this project's `bitcoin-node` and `bitcoin-wallet`.
The command builds what is missing, continues where an interrupted run stopped, writes this page,
and fails when a test that passes with the monolith fails with the processes. Pass options and
names of tests in `WORDS`: `make functional WORDS="--again failed --jobs 3"`.
`./mpbitcoin functional --help` lists the options. `--no-extended` leaves out the three tests that
the suite's own runner leaves out by default.

Each test runs as the suite's own runner would run it. It passes when it ends with status 0, writes
nothing to stderr and, stricter than upstream, leaves no process running. Tests that start
`bitcoin-node` or `bitcoin-wallet` by name (`interface_ipc*.py`, `tool_bitcoin.py`,
`tool_wallet.py`) run the same executables in both columns.
"""


def worse(results: Results, tests: Sequence[str]) -> list[str]:
    """The tests that pass with the monolith but not with our processes.

    A failure counts unless the monolith fails as well, a skip counts when the monolith passes.
    Expected failures do not count.
    """
    found = []
    for test in tests:
        if test in EXPECTED:
            continue
        ours, theirs = results.get((test, SPLIT.name)), results.get((test, MONOLITH.name))
        if ours is None or (theirs is not None and theirs.status == ours.status):
            continue
        passes = theirs is not None and theirs.status == PASSED
        if ours.status == FAILED or (ours.status == SKIPPED and passes):
            found.append(test)
    return found


def _of(results: Results, tests: Sequence[str], variant: Variant) -> list[Result]:
    places = ((test, variant.name) for test in tests)
    return [results[place] for place in places if place in results]


def _counts(results: Sequence[Result]) -> list[tuple[int, str]]:
    counts = Counter(result.status for result in results)
    return [(counts[status], status) for status in (PASSED, SKIPPED, FAILED)]


def summary(results: Results, tests: Sequence[str], variants: Sequence[Variant]) -> list[str]:
    """Lines with the number of results of each kind per variant, and with the failed tests."""
    lines = []
    for variant in variants:
        mine = _of(results, tests, variant)
        told = [f"{count} {status}" for count, status in _counts(mine)]
        if len(mine) < len(tests):
            told.append(f"{len(tests) - len(mine)} without a result")
        time = human_time(sum(result.seconds for result in mine))
        lines.append(f"{variant.name}: {', '.join(told)}; {time} of tests, added up")
        failed = [result for result in mine if result.status == FAILED]
        lines += [f"  failed: {result.test}: {result.reason}" for result in failed]
    return lines


def _remark(theirs: Result, ours: Result) -> str:
    if theirs.status == ours.status == SKIPPED:
        return ours.reason
    if ours.test in EXPECTED and ours.status == FAILED:
        return EXPECTED[ours.test]
    told = (
        (variant.name, result.reason) for variant, result in ((MONOLITH, theirs), (SPLIT, ours))
    )
    return "; ".join(f"{name}: {reason}" for name, reason in told if reason)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _version(suite: Suite, name: str) -> str:
    return process.capture([suite.bin / name, "-version"]).splitlines()[0]


def _totals(results: Results, tests: Sequence[str]) -> list[str]:
    lines = ["| | passed | skipped | failed | seconds, added up |", "|---|--:|--:|--:|--:|"]
    for variant in VARIANTS.values():
        mine = _of(results, tests, variant)
        cells = [str(count) for count, _ in _counts(mine)]
        cells.append(f"{sum(result.seconds for result in mine):.0f}")
        lines.append(f"| {variant.name} | {' | '.join(cells)} |")
    return lines


def markdown(suite: Suite, results: Results, tests: Sequence[str], jobs: int) -> str:
    """The page. Requires a result of each test and variant."""
    memory = human_size(machine.memory())
    cores = f"{machine.cores()} cores, {memory}, {jobs} tests in parallel"
    versions = ", ".join(f"`{_version(suite, name.node)}`" for name in VARIANTS.values())
    system = f"{platform.system()} on {platform.machine()}, Python {platform.python_version()}"
    lines = [
        _INTRO,
        "## Totals",
        "",
        f"{versions}; {system}; {cores}.",
        "",
        *_totals(results, tests),
        "",
        "## Tests",
        "",
        "| test | monolith | split | seconds | seconds, split | reason |",
        "|---|---|---|--:|--:|---|",
    ]
    for test in sorted(tests):
        theirs, ours = results[test, MONOLITH.name], results[test, SPLIT.name]
        cells = [f"`{test}`", theirs.status, ours.status]
        cells += [f"{theirs.seconds:.0f}", f"{ours.seconds:.0f}", _cell(_remark(theirs, ours))]
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines) + "\n"
