"""Check the checkout and make the files of a release, in dist/VERSION.

mpbitcoin release --check      report everything that prevents a release; changes nothing
mpbitcoin release              check, then make source archive, wheel, SBOM, notes, SHA256SUMS

The wheel is built twice, in two folders, and both must be identical. docs/releases.md has all
steps of a release.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mpbitcoin_depends import arguments, settings
from mpbitcoin_project import paths

SUMMARY = "check the checkout and make the files of a release"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    add = parser.add_argument
    add("--check", action="store_true", help="only report what prevents a release")
    add("-o", "--output", type=Path, metavar="FOLDER", help="folder of the files [dist/VERSION]")
    add("-B", "--build-folder", type=Path, default=paths.PROJECT / "build-wheel",
        help="[build-wheel]")  # fmt: skip
    arguments.add_options(parser, ["JOBS"])


def execute(args: argparse.Namespace) -> int:
    """Run the verb; 2 when something prevents the release."""
    from mpbitcoin_depends.errors import UsageError
    from mpbitcoin_depends.paths import as_called
    from mpbitcoin_depends.progress import Progress
    from mpbitcoin_project import release

    version = release.version_of(paths.PROJECT)
    output = (args.output or paths.PROJECT / "dist" / version).absolute()
    found = list(release.problems(paths.PROJECT))
    if args.check and output.exists():
        found += release.file_problems(output, version)
    for problem in found:
        print(f"error: {problem.message}", file=sys.stderr)
        print(f"  hint: {as_called(problem.hint)}", file=sys.stderr)
    if found:
        return UsageError.exit_code
    if args.check:
        print(f"{version} is ready for release")
        return 0
    jobs = settings.of_user(arguments.given_options(args), among=["JOBS"]).jobs
    with Progress() as progress:
        release.make(output, args.build_folder.absolute(), jobs, progress)
    print((output / release.SUMS).read_text(encoding="utf-8"), end="")
    print(f"{version}: {output}")
    return 0
