"""Dataclasses kept as JSON files: what is read back is what was written, or nothing.

A file may be damaged, edited, or from another version of ours: then it is as good as missing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


def read(path: Path) -> Any:
    """What the JSON file at `path` holds; None when there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def read_mapping(path: Path) -> dict[str, Any]:
    """The JSON object in the file at `path`; an empty one when it holds something else."""
    data = read(path)
    return data if isinstance(data, dict) else {}


def restore(kind: type[T], data: object) -> T | None:
    """The flat dataclass `kind` from what `asdict` made of it; None when `data` is not that.

    Fields are str, int, float, bool or tuple[str, ...].
    """
    hints = get_type_hints(kind)
    if not isinstance(data, dict) or data.keys() != hints.keys():
        return None
    values = {}
    for name, hint in hints.items():
        value = data[name]
        if hint == tuple[str, ...]:
            if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
                return None
            value = tuple(value)
        elif type(value) is not hint and not (hint is float and type(value) is int):
            return None
        values[name] = value
    return kind(**values)
