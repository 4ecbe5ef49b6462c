"""Records the entries of an unpacked folder beside it, and finds later differences.

Contents are not read again: names, kinds, modes, sizes, times and targets of links are compared.
For the 3,100 entries of a tree that takes 17 ms.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from mpbitcoin_depends import records
from mpbitcoin_depends.files import write_text

#: Paths in a folder -> mode, with the kind of file; then a file's size and time in ns, or a
#: link's target.
Entries = dict[str, list[int | str]]

_UNKNOWN = "its record is missing"


def entries(folder: Path) -> Entries:
    """All entries below `folder`, without the folder itself. Raises OSError."""
    found: Entries = {}
    todo = [""]
    while todo:
        below = todo.pop()
        with os.scandir(f"{folder}/{below}") as listed:
            for entry in listed:
                name = f"{below}{entry.name}"
                state = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(state.st_mode):
                    found[name] = [state.st_mode]
                    todo.append(f"{name}/")
                elif stat.S_ISLNK(state.st_mode):
                    found[name] = [state.st_mode, os.readlink(entry.path)]
                else:
                    found[name] = [state.st_mode, state.st_size, state.st_mtime_ns]
    return found


def _place(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.json")


def write(folder: Path, made: Path, origin: object) -> None:
    """Record the entries of `made`, which is to become `folder`, and its origin.

    Raises OSError, MachineError.
    """
    listing = {"origin": origin, "entries": entries(made)}
    write_text(_place(folder), json.dumps(listing))


def forget(folder: Path) -> None:
    """Remove the listing of `folder`."""
    _place(folder).unlink(missing_ok=True)


def difference(folder: Path, origin: object) -> str:
    """The first difference between `folder` and its record for `origin`; "" if none."""
    kept = records.read_mapping(_place(folder))
    if kept.get("origin") != origin:
        return _UNKNOWN
    try:
        found = entries(folder)
    except OSError as error:  # a folder that cannot be read, or is replaced just now
        return f"{error.filename}: {error.strerror}"
    held = kept.get("entries")
    if held == found:
        return ""
    return _first_difference(held, found) if isinstance(held, dict) else _UNKNOWN


def _first_difference(kept: dict[str, Any], found: Entries) -> str:
    for path in sorted(kept.keys() | found.keys()):
        if path not in found:
            return f"{path} is missing"
        if path not in kept:
            return f"{path} was added"
        if kept[path] != found[path]:
            return f"{path} has changed"
    return ""
