"""Dataclasses in JSON files. Reading returns what was written, or nothing.

A file that is damaged, edited or of another version counts as missing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


def read(path: Path) -> Any:
    """The contents of the JSON file at `path`; None when it is missing or unreadable."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None


def read_mapping(path: Path) -> dict[str, Any]:
    """The JSON object in the file at `path`; empty when the file holds something else."""
    data = read(path)
    return data if isinstance(data, dict) else {}


def restore(kind: type[T], data: object) -> T | None:
    """The flat dataclass `kind` from its `asdict` form; None when `data` is not such a form.

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
