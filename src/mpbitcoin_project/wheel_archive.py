"""Adds a file to a wheel that is made. Standard library only: the build backend uses it."""

from __future__ import annotations

import base64
import copy
import hashlib
import zipfile
from pathlib import Path


def add_metadata(wheel: Path, below: str, data: bytes) -> None:
    """Add the file `below` the wheel's metadata folder, and to its record of files.

    It gets the time and mode of the record, so that the same wheel gives the same bytes.
    """
    made = wheel.with_suffix(".part")
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(made, "w") as new:
        [record] = (i for i in old.infolist() if i.filename.endswith(".dist-info/RECORD"))
        for info in old.infolist():
            if info is not record:
                new.writestr(info, old.read(info))
        added = copy.copy(record)
        added.filename = record.filename.removesuffix("RECORD") + below
        new.writestr(added, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        line = f"{added.filename},sha256={digest},{len(data)}\n"
        new.writestr(record, line + old.read(record).decode())
    made.replace(wheel)
