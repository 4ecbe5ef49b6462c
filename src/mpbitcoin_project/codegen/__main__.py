"""Regenerate `mpbitcoin/ipc/_generated`: `python -m mpbitcoin_project.codegen [FOLDER]`."""

from __future__ import annotations

import sys
from pathlib import Path

from mpbitcoin import paths
from mpbitcoin_project import codegen


def main() -> int:
    """Write the modules to the given folder, or in place."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else paths.PACKAGE / "ipc" / "_generated"
    for file in codegen.write(folder):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
