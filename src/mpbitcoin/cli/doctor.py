"""Look at the machine: what is installed, what is missing, the command that mends it."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

SUMMARY = "tell what is installed, what is missing and the command that mends it"
_MARKS = {"ok": "ok     ", "advice": "advice ", "missing": "MISSING"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def execute(args: argparse.Namespace) -> int:
    """Run the verb; 3 when something needed is missing."""
    from mpbitcoin.errors import MachineError
    from mpbitcoin.project import doctor

    checks = doctor.examine()
    missing = any(check.state == doctor.MISSING for check in checks)
    if args.json:
        print(json.dumps([asdict(check) for check in checks], indent=1))
    else:
        for check in checks:
            print(f"{_MARKS[check.state]} {check.name:<14} {check.found}")
            if check.mend:
                print(f"{'':<23}-> {check.mend}")
    return MachineError.exit_code if missing else 0
