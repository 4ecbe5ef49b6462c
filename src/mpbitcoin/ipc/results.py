"""Converts the schemas' Result to its value or an exception."""

from __future__ import annotations

from typing import Any

from mpbitcoin.ipc.errors import RemoteError


def value_or_error(value: Any, error: Any) -> Any:
    """The value. Raises RemoteError for an error."""
    if error is not None:
        raise RemoteError(error.original, "util::Result")
    return value


def void_or_error(error: Any) -> None:
    """Raises RemoteError for an error."""
    value_or_error(None, error)
