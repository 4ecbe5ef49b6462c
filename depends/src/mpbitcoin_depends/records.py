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

    Fields are str, int, float, bool, tuple[str, ...] or dict[str, str].
    """
    hints = get_type_hints(kind)
    if not isinstance(data, dict) or data.keys() != hints.keys():
        return None
    values = {}
    for name, hint in hints.items():
        value = data[name]
        if hint is float and type(value) is int:
            value = float(value)
        stored = {tuple[str, ...]: list, dict[str, str]: dict}.get(hint, hint)
        if type(value) is not stored:
            return None
        if stored is not hint:
            parts = value.values() if stored is dict else value
            if not all(type(part) is str for part in parts):
                return None
            value = value if stored is dict else tuple(value)
        values[name] = value
    return kind(**values)


def restore_all(kind: type[T], data: object) -> tuple[T, ...] | None:
    """A list of such dataclasses; None when `data` is no list or one of them is damaged."""
    if not isinstance(data, list):
        return None
    found = [restore(kind, item) for item in data]
    whole = tuple(item for item in found if item is not None)
    return whole if len(whole) == len(found) else None
