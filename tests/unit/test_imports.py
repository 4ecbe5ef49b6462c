"""Import directions: the two products import neither each other nor the checkout's tools."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpbitcoin_project.paths import DEPENDS, PROJECT

OURS = ("mpbitcoin", "mpbitcoin_depends", "mpbitcoin_project")
#: Folder of Python files -> the packages of ours that they may import.
ALLOWED = {
    PROJECT / "src" / "mpbitcoin": {"mpbitcoin"},
    DEPENDS / "src" / "mpbitcoin_depends": {"mpbitcoin_depends"},
    DEPENDS / "recipes": {"mpbitcoin_depends"},
    PROJECT / "src" / "mpbitcoin_project": set(OURS),
}


def imported(file: Path) -> Iterator[str]:
    """The packages that a file imports, at its top or anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("folder", ALLOWED, ids=lambda folder: folder.name)
def test_packages_import_what_they_may(folder: Path) -> None:
    files = list(folder.rglob("*.py"))
    assert files
    wrong = {
        f"{file.relative_to(PROJECT)} imports {name}"
        for file in files
        for name in imported(file)
        if name in OURS and name not in ALLOWED[folder]
    }
    assert not wrong


def test_every_folder_of_ours_has_a_rule() -> None:
    packages = {file.parent for file in (PROJECT / "src").glob("*/__init__.py")}
    packages |= {file.parent for file in (DEPENDS / "src").glob("*/__init__.py")}
    assert {package.name for package in packages} == set(OURS)
    assert packages <= set(ALLOWED)
