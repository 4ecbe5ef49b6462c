"""JSON files of ours that every run reads: a run with nothing to do affords no YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mpbitcoin_depends.errors import SourceError


def read(path: Path) -> Any:
    """What the file holds. Raises SourceError when it is missing or not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourceError(f"cannot read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise SourceError(f"{path} is not valid JSON: {error}") from error
