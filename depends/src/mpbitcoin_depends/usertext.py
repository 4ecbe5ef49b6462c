"""Text from users: whole numbers, and suggestions for misspelt names."""

from __future__ import annotations

from collections.abc import Iterable

#: Less similar names are never meant (NO_GUI, NO_IPC); HOTS and HOST are just similar enough.
_SIMILAR = 0.75
#: Longer numbers are mistakes.
_MOST_DIGITS = 15


def whole_number(text: str, least: int = 0, most: int | None = None) -> int:
    """The number in `text`. Raises ValueError, which states the allowed range."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        number = int(text)
        if number >= least and (most is None or number <= most):
            return number
    bounds = f"{least} or more" if most is None else f"from {least} to {most}"
    raise ValueError(f"must be a whole number, {bounds}")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most similar to `name`; empty when none is similar."""
    import difflib

    by_lower = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=_SIMILAR)
    return by_lower[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint with the known name most similar to `name`; `otherwise` when none is similar."""
    near = nearest(name, known)
    return f"did you mean {near}?" if near else otherwise
