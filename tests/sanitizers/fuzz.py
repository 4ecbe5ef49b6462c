"""Fuzzes our processes' IPC: see README.md.

PYTHONPATH=src:depends/src:. python -m tests.sanitizers.fuzz --seconds 60
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from mpbitcoin_depends import process
from mpbitcoin_depends.errors import DependsError
from tests.sanitizers.sanitized import FOLDER, build

TARGETS = ("raw", "node", "chain", "wallet_loader", "wallet_process")


@dataclass(frozen=True)
class Result:
    """The results of one target's run."""

    executions: int
    edges_before: int
    edges: int
    found: bool


def fuzz(fuzzer: Path, target: str, seconds: int, log: Path) -> Result:
    """Run one target with the corpus of earlier runs."""
    corpus = FOLDER / "corpus" / target
    finds = FOLDER / "finds" / target
    for place in (corpus, finds):
        place.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}",
        "-max_len=4096",
        "-len_control=0",
        "-timeout=90",
        "-rss_limit_mb=4096",
        f"-artifact_prefix={finds}/",
    ]
    with log.open("wb") as output:
        status = process.run(
            [fuzzer, *options, corpus],
            env={"IPC_FUZZ_TARGET": target, "ASAN_OPTIONS": "allocator_may_return_null=1"},
            output=output,
            check=False,
        )
    text = log.read_text(errors="replace")
    edges = [int(number) for number in re.findall(r" cov: (\d+)", text)] or [0]
    executions = re.findall(r"^#(\d+)", text, re.MULTILINE) or ["0"]
    return Result(int(executions[-1]), edges[0], edges[-1], status != 0)


def main() -> int:
    """Exit status 1 when something was found."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("targets", nargs="*", metavar="target", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="of each target [%(default)s]")
    options = parser.parse_args()
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    fuzzer = build("address,undefined,fuzzer-no-link", "fuzz_ipc")
    print(f"{'target':<16}{'executions':>12}{'edges':>20}  found", flush=True)
    failed = False
    for target in options.targets or TARGETS:
        log = FOLDER / f"{target}.log"
        result = fuzz(fuzzer, target, options.seconds, log)
        growth = f"{result.edges_before} -> {result.edges}"
        found = log if result.found else "nothing"
        print(f"{target:<16}{result.executions:>12}{growth:>20}  {found}", flush=True)
        failed |= result.found
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DependsError as error:
        sys.exit(f"error: {error.message}\n  hint: {error.hint}")
