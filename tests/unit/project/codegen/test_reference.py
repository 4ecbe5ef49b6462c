"""The pages of the API reference match the source."""

from __future__ import annotations

import ast

import pytest

from mpbitcoin import ipc, paths
from mpbitcoin_project.codegen import reference

DOCS = paths.PROJECT / "docs" / "python"


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_is_the_generated_one(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == reference.page(name), (
        "renew it with `python -m mpbitcoin_project.codegen.reference`"
    )


def test_all_that_the_package_offers_is_there() -> None:
    text = reference.page("reference.md")
    for name in ipc.__all__:
        assert f"\n### {name}" in text


def test_signatures_are_python() -> None:
    lines = [line for name in reference.PAGES for line in reference.page(name).splitlines()]
    signatures = [line.split("`")[1] for line in lines if ") -> " in line]
    assert len(signatures) > 150
    for each in signatures:
        start = "" if each.startswith("async ") else "def "
        ast.parse(f"{start}{each.replace('async ', 'async def ')}: ...")


def test_each_method_is_explained_in_words_of_its_own() -> None:
    text = reference.page("interfaces.md")
    assert "of interfaces::" not in text
    assert "called by the other process" not in text
    assert all("<br>" in line for line in text.splitlines() if line.startswith("- "))
