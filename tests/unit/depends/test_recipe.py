"""What a recipe's config.yml and depends.json may contain."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpbitcoin_depends.errors import SourceError
from mpbitcoin_depends.recipe import Rules, Switch, Variable, packages, recipes
from tests.unit.conftest import parse

RULES = """{
  "contexts": ["host"],
  "os": ["Linux"],
  "option": {"name": "NO_ZMQ", "help": "No A."},
  "unless": ["NO_QT"],
  "variables": [
    {"name": "A_PATH", "help": "Its place.", "path": "a/b"},
    {"name": "WITH_A", "help": "A."}
  ]
}"""


def make(folder: Path, name: str, rules: str | None, config: str = "") -> Path:
    place = folder / name
    place.mkdir()
    (place / "config.yml").write_text(config or 'versions: {"2": {folder: all}, "1": {folder: .}}')
    if rules is not None:
        (place / "depends.json").write_text(rules)
    return place


def test_the_folders_are_the_registry(tmp_path: Path) -> None:
    make(tmp_path, "a", RULES)
    make(tmp_path, "shared", None)
    (tmp_path / "no-recipe").mkdir()
    known = recipes(tmp_path)
    assert list(known) == ["a", "shared"]
    assert packages(known) == ("a",)
    a = known["a"]
    variables = (Variable("A_PATH", "Its place.", "a/b"), Variable("WITH_A", "A."))
    assert a.rules == Rules(("host",), Switch("NO_ZMQ", "No A."), ("NO_QT",), ("Linux",), variables)
    assert a.rules.decides == "WITH_A"
    assert known["shared"].rules == Rules()
    assert known["shared"].rules.decides == ""
    assert a.versions == ("2", "1")


@pytest.mark.parametrize(("given", "os", "wanted"), [
    ({}, "Linux", True), ({}, "Macos", False), ({"NO_USDT": "1"}, "Linux", True),
    ({"NO_QT": "1"}, "Linux", False), ({"NO_ZMQ": "1"}, "Linux", False),
])  # fmt: skip
def test_a_package_is_wanted(tmp_path: Path, given: dict[str, str], os: str, wanted: bool) -> None:
    make(tmp_path, "a", RULES)
    make(tmp_path, "b", "{}")
    known = recipes(tmp_path)
    assert known["a"].rules.wanted(parse(given), os) == wanted
    assert known["b"].rules.wanted(parse(given), os)


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ('{"contexts": "host"}', "contexts: Expected a list, got text"),
        ('{"contexts": ["target"]}', r"contexts\[0\]: Invalid enum value 'target'"),
        ('{"unless": ["NO_QUIT"]}', "unless: unknown option NO_QUIT"),
        ('{"option": {"name": "WITH_A", "help": "A."}}', "option.name: Expected `?(str|text)"),
        ('{"option": {"name": "NO_A"}}', "option: missing key `help`"),
        ('{"variables": [{"name": "A"}]}', r"variables\[0\]: missing key `help`"),
        ('{"line": {}}', "unknown key `line`"),
        ('["a"]', "Expected a mapping, got a list"),
        ("contexts: [host]", "is not valid JSON"),
    ],
)
def test_a_fault_names_the_file_and_the_key(tmp_path: Path, rules: str, words: str) -> None:
    place = make(tmp_path, "a", rules)
    with pytest.raises(SourceError, match=words) as caught:
        recipes(tmp_path)
    assert str(place / "depends.json") in caught.value.message


def test_a_versions_folder_lies_below_the_recipe(tmp_path: Path) -> None:
    make(tmp_path, "a", None, 'versions: {"1": {folder: ../b}}')
    with pytest.raises(SourceError, match=r"versions\[\.\.\.\]: '\.\./b' must be a relative path"):
        recipes(tmp_path)
