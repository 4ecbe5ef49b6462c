"""Facts about the machine, stored until one of the files that they depend on changes.

Asking programs and hashing files takes a second. Finding that nothing has changed takes one stat
call per file: a few milliseconds.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mpbitcoin_depends import records
from mpbitcoin_depends.files import write_text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)

#: Number of stored answers, of about 60 kB each.
_KEPT = 64
#: The code that asks: changed code may get different answers.
_CODE = ("compiler.py", "environment.py", "parts.py", "surroundings.py")
#: Programs that compilers find on the PATH, and variables that change how they run.
_ON_PATH = ("as", "ld", "ld.bfd", "ld.gold", "ld.lld", "ld.mold")
_VARIABLES = ("DEVELOPER_DIR", "LD_LIBRARY_PATH")


def digest(files: Iterable[str]) -> str:
    """Hash over the contents of files, in order; paths do not matter."""
    made = hashlib.sha256()
    for name in files:
        try:
            with open(name, "rb") as stream:
                made.update(hashlib.sha256(stream.read()).digest())
        except OSError:
            made.update(b"unreadable")
    return made.hexdigest()


@functools.cache
def _code() -> bytes:
    """Hash of the code that asks."""
    made = hashlib.sha256()
    for name in _CODE:
        with open(os.path.join(os.path.dirname(__file__), name), "rb") as stream:
            made.update(stream.read())
    return made.digest()


@functools.cache
def _on_path(_path: str | None) -> list[str | None]:
    return [shutil.which(name) for name in _ON_PATH]


def _file_of(memory: Path, question: object) -> Path:
    """The file with the answer to a question in this environment."""
    programs = _on_path(os.environ.get("PATH"))
    variables = [os.environ.get(name) for name in _VARIABLES]
    made = hashlib.sha256(_code())
    made.update(json.dumps([programs, variables, question]).encode())
    return memory / f"{made.hexdigest()[:32]}.json"


def _state(path: str) -> list[int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns, found.st_ino]


def _hold(states: object) -> bool:
    if not isinstance(states, dict):
        return False
    return all(_state(path) == state for path, state in states.items())


def remembered(
    kind: type[T], memory: Path, question: object, ask: Callable[[], tuple[T, Iterable[str]]]
) -> T:
    """The result of `ask`, a flat dataclass; comes from the folder `memory` while it is valid.

    `question` identifies the result, as plain data. `ask` returns its answer with the files and
    folders that the answer depends on.
    """
    file = _file_of(memory, question)
    known: dict[str, Any] = records.read_mapping(file)
    answer = records.restore(kind, known.get("answer"))
    if answer is not None and _hold(known.get("files")):
        return answer
    answer, files = ask()
    states = {path: _state(path) for path in files}
    write_text(file, json.dumps({"answer": asdict(answer), "files": states}))
    _forget_oldest(memory)
    return answer


def _forget_oldest(memory: Path) -> None:
    with contextlib.suppress(OSError):  # another run does the same
        kept = sorted(memory.glob("*.json"), key=lambda file: file.stat().st_mtime)
        for file in kept[:-_KEPT]:
            file.unlink()
