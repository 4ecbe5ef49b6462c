"""What users write: whole numbers, and names that are almost right."""

from __future__ import annotations

from collections.abc import Iterable

#: No number that anybody means has more digits.
_MOST_DIGITS = 15


def whole_number(text: str, least: int = 0, most: int | None = None) -> int:
    """The number that `text` is. Raises ValueError, which says what is needed."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        number = int(text)
        if number >= least and (most is None or number <= most):
            return number
    bounds = f"{least} or more" if most is None else f"from {least} to {most}"
    raise ValueError(f"a whole number is needed, {bounds}")


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` was probably meant to be; empty when none is near."""
    import difflib

    by_lower = {item.lower(): item for item in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return by_lower[found[0]] if found else ""


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the known name that is nearest to `name`; `otherwise` when none is near."""
    near = nearest(name, known)
    return f"did you mean {near}?" if near else otherwise
