"""What a recipe's config.yml and depends.yml may contain."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.recipe import Rules, packages, recipes


def make(folder: Path, name: str, rules: str | None, config: str = "") -> Path:
    place = folder / name
    place.mkdir()
    (place / "config.yml").write_text(config or 'versions: {"2": {folder: all}, "1": {folder: .}}')
    if rules is not None:
        (place / "depends.yml").write_text(rules)
    return place


def test_the_folders_are_the_registry(tmp_path: Path) -> None:
    make(tmp_path, "a", "contexts: [host]\nos: [Linux]\nunless: [NO_QT]")
    make(tmp_path, "shared", None)
    (tmp_path / "no-recipe").mkdir()
    known = recipes(tmp_path)
    assert list(known) == ["a", "shared"]
    assert packages(known) == ("a",)
    a = known["a"]
    assert a.rules == Rules(("host",), ("NO_QT",), ("Linux",))
    assert (a.rules.supports("Linux"), a.rules.supports("Macos")) == (True, False)
    assert known["shared"].rules.supports("Macos")
    assert a.versions == ("2", "1")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ("contexts: host", "contexts: Expected a list, got text"),
        ("contexts: [target]", r"contexts\[0\]: Invalid enum value 'target'"),
        ("unless: [NO_QUIT]", "unless: unknown option NO_QUIT"),
        ("line: {}", "unknown key `line`"),
        ("- a", "Expected a mapping, got a list"),
    ],
)
def test_a_fault_names_the_file_and_the_key(tmp_path: Path, rules: str, words: str) -> None:
    place = make(tmp_path, "a", rules)
    with pytest.raises(SourceError, match=words) as caught:
        recipes(tmp_path)
    assert str(place / "depends.yml") in caught.value.message


def test_a_versions_folder_lies_below_the_recipe(tmp_path: Path) -> None:
    make(tmp_path, "a", None, 'versions: {"1": {folder: ../b}}')
    with pytest.raises(SourceError, match=r"versions\[\.\.\.\]: '\.\./b' must be a relative path"):
        recipes(tmp_path)
