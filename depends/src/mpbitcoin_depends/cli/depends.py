"""Build the packages that Bitcoin Core needs, for any host platform.

Accepts the words of `make -C depends`: targets (all, download, clean, a package's name, ...) and
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

from mpbitcoin_depends import paths, process, settings
from mpbitcoin_depends.errors import UsageError, redact
from mpbitcoin_depends.kinds import is_yes_or_no
from mpbitcoin_depends.options import ALIASES, SPECS, Options
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
    """Flags from the table of options."""
    from mpbitcoin_depends import arguments

    listed = "\n".join(f"  {name:<16}{text}" for name, text in TARGETS.items())
    parser.epilog = f"targets:\n{listed}\n  <package>       build one package into the cache"
    parser.add_argument("words", nargs="*", metavar="TARGET | NAME=value", help="see below")
    parser.add_argument(
        "--plan", action="store_true", help="show what would be built, and build nothing"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    arguments.add_options(parser)


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends import arguments

    flags = arguments.given_options(args)
    for name, value in flags.items():
        # `--no-qt HOST=...`: the word after a switch is its value only if it is a yes or no.
        if name in SPECS and SPECS[name].is_switch and not is_yes_or_no(value):
            args.words.append(value)
            flags[name] = "1"
    targets, variables = split(args.words)
    options = settings.of_user(flags, variables)
    if args.plan:
        return _show_plan(options, targets, args.json)
    return run(options, targets, args.json)


def from_make(words: Sequence[str]) -> int:
    """Run the goals and variables of `make -C depends`."""
    targets, variables = split(words)
    if os.environ.get("MAKELEVEL", "1") != "1":
        # A parent make passes all its variables on.
        for name in set(variables).difference(SPECS, ALIASES):
            print(f"ignored from the parent make: unknown variable {name}", file=sys.stderr)
            del variables[name]
    return run(settings.of_user(None, variables, variables_from=settings.MAKE), targets)


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
    with Progress() as progress:
        result = pipeline.run(options, packages, options.jobs, progress)
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
    given = {
        name: {"value": redact(options.text(name)), "origin": origin}
        for name, origin in options.origins.items()
    }
    data = {**made.to_dict(), "options": given}
    if as_json:
        print(json.dumps(data, indent=1))
        return 0
    for side in ("host", "build"):
        facts: Mapping[str, object] = data[side]
        print(f"{side:<6}{facts['triplet']}: {facts['cxx']}, {facts['build_type']}")
    for package in made.packages:
        print(f"  {package.name:<16}{package.version:<16}{package.context}")
    if given:
        print("options:")
    for name, fact in given.items():
        print(f"  {name}={fact['value']}  from {fact['origin']}")
    return 0
