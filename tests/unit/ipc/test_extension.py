"""The extension's sources keep to Python's stable interface, which the wheel for 3.12 needs."""

from __future__ import annotations

import re

from mpbitcoin import paths

#: Macros that look into objects: they are not there with Py_LIMITED_API.
_MACRO = re.compile(r"\bPy[A-Z]\w*_(?:Fast_)?(?:GET|SET|AS)_[A-Z]+\b")


def test_no_macros_that_look_into_objects() -> None:
    sources = sorted((paths.PROJECT / "src" / "extension").glob("*.[ch]*"))
    assert len(sources) > 10
    used = {
        f"{source.name}: {match[0]}"
        for source in sources
        for match in _MACRO.finditer(source.read_text(encoding="utf-8"))
    }
    assert not used, "nanobind has NB_… for most of them"
