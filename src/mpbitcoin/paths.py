"""Paths: the package, and the checkout that it is part of."""

from __future__ import annotations

import os
from pathlib import Path

from mpbitcoin.errors import MachineError

PACKAGE = Path(__file__).resolve().parent
#: The checkout; for an installed package, a folder without our files.
PROJECT = PACKAGE.parent.parent


def expanded(path: str | os.PathLike[str]) -> Path:
    """`path` with a leading `~` replaced by the home folder.

    Raises MachineError when there is none.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise MachineError(
            "this user has no home folder", "set HOME, or use a path without ~"
        ) from error
