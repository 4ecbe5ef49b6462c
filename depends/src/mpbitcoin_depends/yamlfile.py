"""Reads our YAML files and checks them against a type. A fault names the file and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from mpbitcoin_depends.errors import SourceError

# YAML's names for types that msgspec reports by JSON's names.
_WORDS = {
    "`object`": "a mapping",
    "`array`": "a list",
    "`str`": "text",
    "Object missing required field": "missing key",
    "Object contains unknown field": "unknown key",
}


def read(path: Path) -> object:
    """The file's content. Raises SourceError when it is missing or not YAML."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise SourceError(f"{path} is not valid YAML: {reason}") from error


def convert(data: object, kind: Any, file: str, key: str = "") -> Any:
    """`data`, the value of `key` in a file, as a `kind`. Raises SourceError that names both."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at ")
        key = (key + place.replace("`", "").replace("$", "")).lstrip(".").replace(" .", " ")
        hint = "put it in quotes" if reason.startswith("Expected `str`") else ""
        for name, words in _WORDS.items():
            reason = reason.replace(name, words)
        raise SourceError(": ".join(filter(None, (file, key, reason))), hint) from error
