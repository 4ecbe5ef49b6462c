"""Check this machine's programs and show how to install missing ones."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from mpbitcoin_depends import paths

SUMMARY = "check the installed programs and show how to install missing ones"
_MARKS = {"ok": "ok     ", "advice": "advice ", "missing": "MISSING"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--tests", action="store_true", help="also check the programs that `make check` needs"
    )
    parser.add_argument(
        "--packages",
        action="store_true",
        help="print only the names of missing system packages",
    )


def execute(args: argparse.Namespace) -> int:
    """Run the verb; 3 when something needed is missing."""
    from mpbitcoin_depends.errors import MachineError
    from mpbitcoin_project import doctor, stages, tools

    if args.packages:
        wanted = tools.FOR_BUILDS + (tools.for_stages(stages.DEFAULT) if args.tests else ())
        print(*tools.packages(tools.missing(wanted)))
        return 0
    checks = doctor.examine(stages.DEFAULT if args.tests else ())
    if args.json:
        print(json.dumps([asdict(item) for item in checks], indent=1))
    else:
        width = max(len(item.name) for item in checks)
        for item in checks:
            print(f"{_MARKS[item.state]} {item.name:<{width}} {item.found}")
            if item.fix:
                print(f"{'':<{width + 9}}-> {paths.as_called(item.fix)}")
    missing = any(item.state == doctor.MISSING for item in checks)
    return MachineError.exit_code if missing else 0
