"""Build the packages that Bitcoin Core needs, for any host platform.

Takes what `make -C depends` takes: targets (all, download, clean, a package's name, ...) and
variables (HOST=aarch64-linux-gnu). Each variable is a flag, too. Writes
depends/<host>/toolchain.cmake for CMake. Nothing is built twice: the cache finds a package by
its inputs, and all checkouts, hosts and profiles share it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from mpbitcoin_depends import options as names
from mpbitcoin_depends import paths, process
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.usertext import did_you_mean

if TYPE_CHECKING:
    import argparse

SUMMARY = "build the packages that Bitcoin Core needs, and write a CMake toolchain file"

#: Targets that are not packages.
TARGETS = {
    "all": "build the prefix (default; `install` is the same)",
    "install": "the same as all",
    "download": "fetch the sources for all hosts",
    "download-one": "fetch the sources for this host",
    "download-linux": "fetch the sources for Linux hosts",
    "download-osx": "fetch the sources for macOS hosts",
    "download-win": "fetch the sources for Windows hosts",
    "clean": "remove this checkout's prefixes (packages stay cached)",
    "clean-all": "the same as clean; also remove the package cache and the sources",
    "help": "show this",
    "print-VAR": "print the value of an option",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags from the options' dataclass."""
    listed = "\n".join(f"  {name:<16}{text}" for name, text in TARGETS.items())
    parser.epilog = f"targets:\n{listed}\n  <package>       build one package into the cache"
    parser.add_argument("words", nargs="*", metavar="TARGET | NAME=value", help="see below")
    parser.add_argument(
        "--plan", action="store_true", help="show what would be built, and build nothing"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument(
        "--markdown-options", action="store_true", help="print the options as a Markdown table"
    )
    groups: dict[str, argparse._ArgumentGroup] = {}
    for name in names.NAMES:
        group, text, default = names.describe(name)
        if group not in groups:
            groups[group] = parser.add_argument_group(group.lower())
        shown = f" [{default}]" if default not in ("", False, True) else ""
        if names.is_flag(name):
            groups[group].add_argument(
                names.flag(name), dest=name, nargs="?", const="1", metavar="0|1", help=text + shown
            )
        else:
            groups[group].add_argument(names.flag(name), dest=name, metavar=name, help=text + shown)


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    if args.markdown_options:
        print(names.markdown(), end="")
        return 0
    given = {n: value for n in names.NAMES if (value := getattr(args, n)) is not None}
    for name, value in given.items():
        # `--no-qt HOST=...`: the word after a switch is its value only if it is a yes or no.
        if names.is_flag(name) and not names.is_yes_or_no(value):
            args.words.append(value)
            given[name] = "1"
    targets, variables = split(args.words)
    options = names.of_user({**given, **variables})
    if args.plan:
        return _show_plan(options, targets, args.json)
    return run(options, targets, args.json)


def from_make(words: Sequence[str]) -> int:
    """Run the goals and variables of `make -C depends`."""
    targets, variables = split(words)
    if os.environ.get("MAKELEVEL", "1") != "1":
        # A parent make passes all its variables on.
        for name in set(variables) - set(names.NAMES):
            print(f"ignored from the parent make: unknown variable {name}", file=sys.stderr)
            del variables[name]
    return run(names.of_user(variables), targets)


def split(words: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Targets and variables."""
    targets = tuple(word for word in words if "=" not in word)
    variables = dict(word.split("=", 1) for word in words if "=" in word)
    return targets, variables


def run(options: Options, targets: tuple[str, ...], as_json: bool = False) -> int:
    """Run the targets; the pipeline builds `all` and packages."""
    from mpbitcoin_depends import pipeline
    from mpbitcoin_depends.progress import Progress

    if "help" in targets:
        return _help()
    special = [t for t in targets if t in TARGETS or t.startswith("print-")]
    packages = tuple(t for t in targets if t not in special)
    _check(packages)
    for target in special:
        if target not in ("all", "install"):
            from mpbitcoin_depends import targets as actions

            actions.run(target, options)
    if special and not packages and not {"all", "install"} & set(special):
        return 0
    process.VERBOSE = options.v
    progress = Progress()
    try:
        result = pipeline.run(options, packages, int(options.jobs or 0), progress)
    finally:
        progress.close()
    if as_json:
        print(json.dumps(asdict(result), indent=1))
    else:
        print(pipeline.summary(result))
        if options.log and result.report:
            print(f"logs: {os.path.dirname(result.report)}")
    return 0


def _help() -> int:
    import argparse

    parser = argparse.ArgumentParser(
        prog=paths.as_called("mpbitcoin depends"),
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    configure(parser)
    parser.print_help()
    return 0


def _check(packages: Sequence[str]) -> None:
    if not packages:
        return
    from mpbitcoin_depends import recipe

    known = (*TARGETS, *recipe.packages(recipe.recipes()))
    for name in packages:
        if name not in known:
            every = f"choose one of {', '.join(known)}"
            raise UsageError(f"unknown target {name}", did_you_mean(name, known, every))


def _show_plan(options: Options, targets: tuple[str, ...], as_json: bool) -> int:
    from mpbitcoin_depends import pipeline, plan, toolset

    place = pipeline.Workplace.of(options)
    host, build = toolset.detect(options, place.machine)
    made = plan.make(options, host, build, tuple(t for t in targets if t not in TARGETS))
    data = made.to_dict()
    if as_json:
        print(json.dumps(data, indent=1))
        return 0
    for side in ("host", "build"):
        facts: Mapping[str, object] = data[side]
        print(f"{side:<6}{facts['triplet']}: {facts['cxx']}, {facts['build_type']}")
    for package in made.packages:
        print(f"  {package.name:<16}{package.version:<16}{package.context}")
    return 0
