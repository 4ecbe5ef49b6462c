"""Make the source archive and the wheel: package, executables, schemas, licences.

The wheel needs the Python version that runs this command, and this machine's C library or newer.
The build is that of `mpbitcoin build`, in a separate folder.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from mpbitcoin_depends import arguments, settings
from mpbitcoin_project import paths

SUMMARY = "make the source archive and the wheel"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    add = parser.add_argument
    add("-o", "--output", type=Path, default=paths.PROJECT / "dist", help="[dist]")
    add("-B", "--build-folder", type=Path, default=paths.PROJECT / "build-wheel",
        help="[build-wheel]")  # fmt: skip
    arguments.add_options(parser, ["JOBS"])
    add("-C", dest="settings", action="append", default=[], metavar="NAME=VALUE",
        help="a setting of the build, as for pip")  # fmt: skip
    add("--json", action="store_true", help="print the result as JSON")


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends.files import human_size
    from mpbitcoin_depends.progress import Progress
    from mpbitcoin_project import wheel

    jobs = settings.of_user(arguments.given_options(args), among=["JOBS"]).jobs
    output, build = args.output.absolute(), args.build_folder.absolute()
    with Progress() as progress:
        made = wheel.make(output, build, args.settings, jobs, progress)
    if args.json:
        print(json.dumps([asdict(file) for file in made], indent=1))
        return 0
    for file in made:
        print(f"{file.path}\n  {human_size(file.bytes)}, sha256 {file.sha256}")
    return 0
