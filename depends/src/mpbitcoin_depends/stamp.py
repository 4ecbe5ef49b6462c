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

from mpbitcoin_depends import paths, records
from mpbitcoin_depends.errors import UsageError
from mpbitcoin_depends.options import Options
from mpbitcoin_depends.toolset import Toolset

if TYPE_CHECKING:
    from mpbitcoin_depends.plan import Package

_NAME = ".mpbitcoin-stamp.json"
#: Folders of our package that do not change a prefix, or are listed by themselves.
_APART = ("__pycache__", "cli", "data")
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
    files = _engine_files()
    for name in sorted(files):
        digest.update(name.encode() + b"\0")
        with open(files[name], "rb") as stream:
            digest.update(stream.read())
    return digest.hexdigest()


def _engine_files() -> dict[str, str]:
    """Releases, recipes, hosts, lock files, the template, and the code that makes a prefix of them.

    By a name that is the same wherever they are; the value is the path.
    """
    data, code = str(paths.DATA), str(paths.PACKAGE)
    found = {name: f"{data}/{name}" for name in ("releases.json", "toolchain.cmake.in")}
    for root, top in ((data, "/recipes"), (data, "/hosts"), (data, "/lock"), (code, "")):
        for folder, folders, files in os.walk(root + top):
            folders[:] = [name for name in folders if name not in _APART]
            for name in files:
                path = f"{folder}/{name}"
                found[path.removeprefix(root)] = path
    return found


def _contents(prefix: Path) -> dict[str, list[int]]:
    """Files of a prefix with their sizes and times; for coarse folders the number of entries."""
    found: dict[str, list[int]] = {}
    todo = [""]
    while todo:
        below = todo.pop()
        with os.scandir(f"{prefix}/{below}") as entries:
            listed = list(entries)
        if below in _COARSE:
            found[below] = [len(listed)]
            continue
        for entry in listed:
            name = f"{below}/{entry.name}" if below else entry.name
            if entry.is_dir(follow_symlinks=False):
                todo.append(name)
            elif name != _NAME:
                state = entry.stat(follow_symlinks=False)
                found[name] = [state.st_size, state.st_mtime_ns]
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
    from mpbitcoin_depends.plan import Package

    known = records.restore_all(Package, records.read_mapping(prefix / _NAME).get("packages"))
    if not known:
        raise UsageError(f"{prefix}: not a prefix of depends", "create it with `make -C depends`")
    return known


def write(staging: Path, key: str, packages: Sequence[Package] = ()) -> None:
    """Write the stamp into a staged prefix, as the last step before it is swapped in."""
    made_of = [asdict(package) for package in packages]
    text = json.dumps({"key": key, "packages": made_of, "contents": _contents(staging)})
    (staging / _NAME).write_text(text, encoding="utf-8")
