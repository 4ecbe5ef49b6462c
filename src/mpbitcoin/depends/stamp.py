"""The stamp: recognises an unchanged request before Conan or the network is used.

Imports only a little of the standard library, to keep a no-op fast.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mpbitcoin import paths, records
from mpbitcoin.depends.options import Options
from mpbitcoin.depends.toolset import Toolset
from mpbitcoin.errors import UsageError

if TYPE_CHECKING:
    from mpbitcoin.depends.plan import Package

_NAME = ".mpbitcoin-stamp.json"
#: Read-only trees with thousands of headers: only the folder is checked.
_COARSE = ("boost/include", "include/capnp", "include/kj", "native/include")


def inputs(options: Options, tools: Sequence[Toolset], targets: Sequence[str]) -> str:
    """Hash over all inputs of a prefix: options, recipes, code, compilers."""
    digest = hashlib.sha256()
    facts = [
        options.that_count(),
        [tool.identity for tool in tools],
        list(targets),
    ]
    digest.update(json.dumps(facts, sort_keys=True).encode())
    for name in sorted(_engine_files()):
        digest.update(os.path.relpath(name, paths.PROJECT).encode() + b"\0")
        with open(name, "rb") as stream:
            digest.update(stream.read())
    return digest.hexdigest()


def _engine_files() -> list[str]:
    """Recipes, hosts, lock files, the template and the code that turns them into a prefix."""
    found: list[str] = []
    for root in (str(paths.DEPENDS), str(paths.PACKAGE / "depends")):
        for folder, folders, files in os.walk(root):
            if folder == str(paths.DEPENDS):
                folders[:] = [name for name in ("recipes", "hosts", "lock") if name in folders]
            folders[:] = [name for name in folders if name != "__pycache__"]
            # Links are other spellings of a prefix, and dangle after it is removed.
            found.extend(
                path
                for name in files
                if not name.endswith((".pyc", ".mk"))
                and not os.path.islink(path := f"{folder}/{name}")
            )
    return found


def _contents(prefix: Path) -> dict[str, int]:
    """Files of a prefix with their sizes; for coarse folders the number of entries."""
    found: dict[str, int] = {}
    todo = [""]
    while todo:
        below = todo.pop()
        with os.scandir(f"{prefix}/{below}") as entries:
            listed = list(entries)
        if below in _COARSE:
            found[below] = len(listed)
            continue
        for entry in listed:
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.is_dir(follow_symlinks=False):
                todo.append(name)
            elif name != _NAME:
                found[name] = entry.stat(follow_symlinks=False).st_size
    return found


def key_of(prefix: Path) -> str:
    """The key that a prefix was made from; empty when it has no stamp."""
    key = records.read_mapping(prefix / _NAME).get("key")
    return key if isinstance(key, str) else ""


def is_current(prefix: Path, key: str) -> bool:
    """Whether the prefix was made from `key` and still has all its files."""
    stamp = records.read_mapping(prefix / _NAME)
    try:
        return bool(stamp.get("key") == key and stamp.get("contents") == _contents(prefix))
    except OSError:  # a folder that cannot be read
        return False


def packages_of(prefix: Path) -> tuple[Package, ...]:
    """The packages of a prefix. Raises UsageError when they are unknown."""
    from mpbitcoin.depends.plan import Package

    found = records.read_mapping(prefix / _NAME).get("packages")
    packages = [records.restore(Package, item) for item in found] if isinstance(found, list) else []
    known = tuple(package for package in packages if package is not None)
    if not known or len(known) < len(packages):
        raise UsageError(f"{prefix}: not a prefix of depends", "make it with `make -C depends`")
    return known


def write(staging: Path, key: str, packages: Sequence[Package] = ()) -> None:
    """Write the stamp into a staged prefix, as the last step before it is swapped in."""
    made_of = [asdict(package) for package in packages]
    text = json.dumps({"key": key, "packages": made_of, "contents": _contents(staging)})
    (staging / _NAME).write_text(text, encoding="utf-8")
