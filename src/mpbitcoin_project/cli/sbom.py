"""Print the software bill of materials (SBOM): sources, hashes, licences, patches.

The output is CycloneDX 1.6 in JSON. NAME=value sets an option of `mpbitcoin depends` (NO_ZMQ=1,
HOST=...), as for `mpbitcoin build`. With --build-folder it lists what that build links: a wheel
has such an SBOM in its metadata.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

SUMMARY = "print the SBOM of the executables as CycloneDX JSON"


def configure(parser: argparse.ArgumentParser) -> None:
    """Flags of the verb."""
    parser.add_argument(
        "words", nargs="*", metavar="NAME=value", help="an option of `mpbitcoin depends`"
    )
    parser.add_argument("-B", "--build-folder", type=Path, metavar="FOLDER",
                        help="a configured build folder")  # fmt: skip
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write to this file [standard output]"
    )


def execute(args: argparse.Namespace) -> int:
    """Run the verb."""
    from mpbitcoin_depends.errors import UsageError
    from mpbitcoin_depends.files import write_text
    from mpbitcoin_project import sbom, steps

    if args.build_folder is None:
        made = sbom.of_options(steps.options_of(args.words))
    elif args.words:
        raise UsageError(f"{args.words[0]}: a build folder has its own options", "leave it out")
    else:
        made = sbom.of_build(sbom.Linked.of(args.build_folder.absolute()))
    text = json.dumps(made, indent=1) + "\n"
    if args.output:
        write_text(args.output, text)
    else:
        sys.stdout.write(text)
    return 0
